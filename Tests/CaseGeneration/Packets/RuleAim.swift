import NetTypes
import PolicyIR
import Selectors

/// Packets that match one rule, or miss it by one step: every condition is met most of the time.
struct RuleAim: Sendable {
    let values: BoundaryValues
    let objects: [LabelledObject]
    let services: [ServiceKey: [ServiceMember]]

    func key(_ target: BoundaryValues.TargetRule, _ dice: inout Dice) -> FlowKey {
        let rule = target.rule
        let family = family(of: rule, &dice)
        let subjects = target.subjects.filter { $0.family == family }
        let isEgress = target.direction == .egress
        let source = address(rule.source, family, isEgress ? subjects : [], &dice)
        let destination = address(rule.destination, family, isEgress ? [] : subjects, &dice)
        let proto = proto(of: rule, family, destination, &dice)
        var key = values.key(from: source, to: destination, proto: proto, &dice)
        switch key.transport {
        case .ports:
            key.sourcePort = port(rule.source, source, proto, &dice) ?? key.sourcePort
            key.destinationPort = port(rule.destination, destination, proto, &dice) ?? key.destinationPort
        case .icmp:
            guard let icmp = rule.icmp ?? rule.notICMP, dice.chance(85) else { break }
            key.icmpType = icmp.type
            if let code = icmp.code, dice.chance(75) { key.icmpCode = code }
        case .opaque, .unreadable: break
        }
        return key
    }

    private func family(of rule: PolicyRule, _ dice: inout Dice) -> IPFamily {
        if dice.chance(4) { return dice.pick([.v4, .v6]) }
        if let version = rule.ipVersion { return version }
        let nets = [rule.source.nets, rule.source.notNets, rule.destination.nets, rule.destination.notNets].joined()
        return nets.first?.family ?? (dice.chance(65) ? .v4 : .v6)
    }

    private func proto(
        of rule: PolicyRule, _ family: IPFamily, _ destination: IPAddress, _ dice: inout Dice
    ) -> IPProtocol {
        if let proto = rule.proto, dice.chance(93) { return proto }
        if rule.notICMP != nil, dice.chance(70) { return .icmp(of: family) }
        if let service = rule.destination.service, let member = member(service, destination), dice.chance(90) {
            return dice.pickIfAny(member.ports)?.proto ?? .tcp
        }
        let hasNames = rule.destination.namedPorts + rule.destination.notNamedPorts + rule.source.namedPorts
        if !hasNames.isEmpty, dice.chance(80) { return dice.pick([.tcp, .udp, .sctp]) }
        return values.proto(&dice)
    }

    // MARK: Addresses

    /// An address that the entity's conditions name; at the policy's own end one of its subjects, if it can.
    private func address(
        _ entity: EntityMatch, _ family: IPFamily, _ subjects: [IPAddress], _ dice: inout Dice
    ) -> IPAddress {
        let wanted = wantedBlocks(entity).filter { $0.family == family }
        let unwanted = unwantedBlocks(entity).filter { $0.family == family }
        func isIn(_ blocks: [IPPrefix], _ address: IPAddress) -> Bool { blocks.contains { $0.contains(address) } }
        let fitting = subjects.filter { (wanted.isEmpty || isIn(wanted, $0)) && !isIn(unwanted, $0) }
        if dice.chance(90), let subject = dice.pickIfAny(dice.chance(80) && !fitting.isEmpty ? fitting : subjects) {
            return subject
        }
        guard dice.chance(92) else { return values.address(family, &dice) }
        guard let block = dice.pickIfAny(dice.chance(75) && !wanted.isEmpty ? wanted : wanted + unwanted) else {
            return values.address(family, &dice)
        }
        return dice.chance(75) ? dice.pick([block.first, block.last]) : dice.pick(BoundaryValues.edges(block))
    }

    private func wantedBlocks(_ entity: EntityMatch) -> [IPPrefix] {
        entity.nets + members(of: entity.selector)
            + (entity.service.flatMap { services[$0] } ?? []).map { IPPrefix(host: $0.address) }
    }

    private func unwantedBlocks(_ entity: EntityMatch) -> [IPPrefix] {
        entity.notNets + members(of: entity.notSelector)
    }

    private func members(of selector: Selector?) -> [IPPrefix] {
        guard let selector else { return [] }
        return objects.filter { selector.matches($0.labels) }.flatMap(\.prefixes)
    }

    private func member(_ service: ServiceKey, _ address: IPAddress) -> ServiceMember? {
        services[service]?.first { $0.address == address }
    }

    // MARK: Ports

    /// A port that the entity names, or one beside it; `nil` when it names none.
    private func port(
        _ entity: EntityMatch, _ address: IPAddress, _ proto: IPProtocol, _ dice: inout Dice
    ) -> UInt16? {
        let names = entity.namedPorts + entity.notNamedPorts
        let owned = objects.filter { object in object.prefixes.contains { $0.contains(address) } }
            .flatMap(\.namedPorts).filter { names.contains($0.name) }
        let inService = entity.service.flatMap { member($0, address) }?.ports.filter { $0.proto == proto } ?? []
        let named = owned.map(\.port) + inService.map(\.port)
        let ranges = (entity.ports + entity.notPorts).flatMap { [$0.first, $0.last] }
        guard let port = dice.pickIfAny(dice.chance(50) && !named.isEmpty ? named : named + ranges) else { return nil }
        return dice.chance(80) ? port : dice.pick(BoundaryValues.around(port))
    }
}
