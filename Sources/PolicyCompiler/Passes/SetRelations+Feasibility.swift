import Classification
import NetTypes

/// Whether any packet at all fulfils a rule's conditions.
extension SetRelations {
    /// False only if no packet of the family matches, whatever domain sets will hold.
    mutating func canMatch(_ match: RuleMatch, _ family: IPFamily) -> Bool {
        guard match.families.contains(family), !contradicts(match.icmp, match.notICMP) else { return false }
        var protocols = match.protocols
        if match.icmp != nil || match.notICMP != nil {
            protocols = protocols.intersection(ProtocolSet(.icmp(of: family)))
        }
        for side in [match.source, match.destination] {
            guard admitsAddress(side, family), admitsPort(side) else { return false }
            protocols = protocols.intersection(self.protocols(of: side, family))
        }
        return !protocols.isEmpty
    }

    private func contradicts(_ icmp: ICMPMatch?, _ notICMP: ICMPMatch?) -> Bool {
        guard let icmp, let notICMP, icmp.type == notICMP.type else { return false }
        return notICMP.code == nil || notICMP.code == icmp.code
    }

    private mutating func admitsAddress(_ side: SideMatch, _ family: IPFamily) -> Bool {
        for (index, set) in side.inSets.enumerated() {
            if isEmpty(set, family) { return false }
            for other in side.inSets[..<index] where areDisjoint(set, other, family) { return false }
            for excluded in side.notInSets where isContained(set, in: excluded, family) { return false }
        }
        return !side.notInSets.contains { isFull($0, family) }
    }

    private func admitsPort(_ side: SideMatch) -> Bool {
        guard let excluded = side.notPorts?.ranges, !excluded.isEmpty else { return true }
        if let ports = side.ports, ports.namedSets.isEmpty { return !ports.ranges.subtracting(excluded).isEmpty }
        return excluded != [PortRange(0, .max)]
    }

    /// The protocols that the ports of a side leave.
    private mutating func protocols(of side: SideMatch, _ family: IPFamily) -> ProtocolSet {
        var protocols = ProtocolSet.all
        if let ports = side.ports {
            var members = ports.ranges.isEmpty ? ProtocolSet.none : .all
            for set in ports.namedSets { members = members.union(memberProtocols(set, family)) }
            protocols = members.intersection(.withPorts)
        }
        for set in side.tripleSets {
            protocols = protocols.intersection(memberProtocols(set, family)).intersection(.withPorts)
        }
        if let excluded = side.notPorts, !excluded.ranges.isEmpty { protocols = protocols.intersection(.withPorts) }
        return protocols
    }
}

extension ProtocolSet {
    /// Those of `IPProtocol.hasPorts`.
    static let withPorts = ProtocolSet(.tcp, .udp, .dccp, .sctp, .udplite)

    func union(_ other: ProtocolSet) -> ProtocolSet { inverted.intersection(other.inverted).inverted }
    func isSubset(of other: ProtocolSet) -> Bool { intersection(other) == self }
}

extension [PortRange] {
    /// The ports of these sorted, disjoint ranges that are in none of the others, which are so, too.
    func subtracting(_ others: [PortRange]) -> [PortRange] {
        var rest: [PortRange] = []
        var place = 0
        for range in self {
            var first = Int(range.first)
            while place < others.count, others[place].last < range.first { place += 1 }
            var next = place
            while next < others.count, others[next].first <= range.last {
                if Int(others[next].first) > first {
                    rest.append(PortRange(UInt16(first), others[next].first - 1))
                }
                first = Int(others[next].last) + 1
                next += 1
            }
            if first <= Int(range.last) { rest.append(PortRange(UInt16(first), range.last)) }
        }
        return rest
    }
}
