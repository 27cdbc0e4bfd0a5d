import NetTypes
import PolicyIR
import Selectors

/// Packets that match one rule, or miss it by one step: every condition is met most of the time.
struct RuleAim: Sendable {
    let values: BoundaryValues
    let objects: [LabelledObject]
    let services: [ServiceKey: [ServiceMember]]

    func key(_ rule: PolicyRule, _ direction: Direction, _ dice: inout Dice) -> FlowKey {
        let family = family(of: rule, &dice)
        let source = address(rule.source, family, isSubject: direction == .egress, &dice)
        let destination = address(rule.destination, family, isSubject: direction == .ingress, &dice)
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

    /// An address that the entity's conditions name; else, at the policy's own end, a pod.
    private func address(
        _ entity: EntityMatch, _ family: IPFamily, isSubject: Bool, _ dice: inout Dice
    ) -> IPAddress {
        var blocks = entity.nets + entity.notNets
        if let selector = entity.selector ?? entity.notSelector {
            blocks += objects.filter { selector.matches($0.labels) }.flatMap(\.prefixes)
        }
        if let service = entity.service {
            blocks += (services[service] ?? []).map { IPPrefix(host: $0.address) }
        }
        blocks = blocks.filter { $0.family == family }
        if isSubject, let pod = dice.pickIfAny(values.podAddresses[family] ?? []) {
            let isNamed = blocks.isEmpty || blocks.contains { $0.contains(pod) }
            if isNamed || dice.chance(40) { return pod }
        }
        guard dice.chance(90), let block = dice.pickIfAny(blocks) else { return values.address(family, &dice) }
        return dice.chance(75) ? dice.pick([block.first, block.last]) : dice.pick(BoundaryValues.edges(block))
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
