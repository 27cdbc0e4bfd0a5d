import Classification
import NetTypes
import PolicyIR

/// Resolved rule → tree match: selectors, nets, named ports and services become sets; families are worked out.
struct RuleLowering {
    var sets: SetInterning

    /// `nil` when the rule exists for neither family (calico.md 3.6) or its protocol conditions contradict each other.
    mutating func lower(_ rule: PolicyRule) -> RuleMatch? {
        let families = Self.families(of: rule)
        let protocols = Self.protocols(of: rule)
        guard !families.isEmpty, !protocols.isEmpty else { return nil }
        var match = RuleMatch(families: families, protocols: protocols)
        match.icmp = rule.icmp.map { ICMPMatch(type: $0.type, code: $0.code) }
        match.notICMP = rule.notICMP.map { ICMPMatch(type: $0.type, code: $0.code) }
        match.source = lower(rule.source, proto: rule.proto, isSource: true)
        match.destination = lower(rule.destination, proto: rule.proto, isSource: false)
        return match
    }

    private static func families(of rule: PolicyRule) -> FamilySet {
        let lists = [rule.source.nets, rule.source.notNets, rule.destination.nets, rule.destination.notNets]
        let catchAlls = (rule.source.notNets + rule.destination.notNets).filter { $0.length == 0 }
        var families: FamilySet = rule.ipVersion.map { FamilySet($0) } ?? .both
        for family in IPFamily.allCases {
            let lacksEntry = lists.contains { list in !list.isEmpty && !list.contains { $0.family == family } }
            if lacksEntry || catchAlls.contains(where: { $0.family == family }) { families.remove(FamilySet(family)) }
        }
        return families
    }

    private static func protocols(of rule: PolicyRule) -> ProtocolSet {
        var protocols = rule.proto.map { ProtocolSet($0) } ?? .all
        if let excluded = rule.notProto { protocols.remove(excluded) }
        return protocols
    }

    private mutating func lower(_ entity: EntityMatch, proto: IPProtocol?, isSource: Bool) -> SideMatch {
        var side = SideMatch()
        if !entity.nets.isEmpty { side.inSets.append(sets.literal(entity.nets)) }
        if let selector = entity.selector { side.inSets.append(sets.members(of: selector)) }
        if !entity.notNets.isEmpty { side.notInSets.append(sets.literal(entity.notNets)) }
        if let selector = entity.notSelector { side.notInSets.append(sets.members(of: selector)) }
        if let service = entity.service {
            if isSource {
                side.inSets.append(sets.serviceAddresses(service))
            } else {
                side.tripleSets.append(sets.servicePorts(service))
            }
        }
        if !entity.domains.isEmpty { side.inSets.append(sets.domains(entity.domains)) }
        side.ports = ports(entity.ports, entity.namedPorts, entity, proto)
        side.notPorts = ports(entity.notPorts, entity.notNamedPorts, entity, proto)
        return side
    }

    private mutating func ports(
        _ ranges: [PortRange], _ names: [String], _ entity: EntityMatch, _ proto: IPProtocol?
    ) -> PortMatch? {
        guard !ranges.isEmpty || !names.isEmpty else { return nil }
        var namedSets: [IPSetID] = []
        for name in names {
            let id = sets.namedPort(name, owners: entity.selector, proto: proto)
            if !namedSets.contains(id) { namedSets.append(id) }
        }
        return PortMatch(ranges: PortRange.merged(ranges), namedSets: namedSets)
    }
}
