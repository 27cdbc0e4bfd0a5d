import Classification
import NetTypes

/// The conditions of a tree rule for the packets of one family. Cheap comparisons come first, look-ups behind them.
struct FamilyLowering {
    private let match: RuleMatch
    private let family: IPFamily
    private let exclusive: Bool
    /// Those that can match.
    private var protocols: ProtocolSet
    private var cheap: [NftMatch] = []
    private var lookups: [NftMatch] = []

    /// - Parameter exclusive: The ways of one end must not overlap.
    init(match: RuleMatch, family: IPFamily, exclusive: Bool) {
        self.match = match
        protocols = match.protocols
        self.family = family
        self.exclusive = exclusive
    }

    /// `nil`: no packet of this family can match.
    mutating func conditions(
        _ source: PortWay?, _ destination: PortWay?, _ sets: inout SetPool
    ) -> [NftMatch]? {
        // The destination port is compared before the source port: nft 1.0.6 joins `th sport != 1 th dport != 2`
        // into one comparison of four bytes, which means something else; in this order it keeps them apart.
        let ends: [(PacketEnd, SideMatch, PortWay?)] = [
            (.destination, match.destination, destination), (.source, match.source, source),
        ]
        guard addProtocols(needPorts: ends.contains { needsPorts($0.1, $0.2) }, &sets) else { return nil }
        for (end, side, way) in ends {
            guard addPorts(end, side, way, &sets) else { return nil }
        }
        addICMP()
        for (end, side, _) in ends.reversed() {
            guard addAddresses(end, side, &sets) else { return nil }
        }
        return cheap + lookups
    }

    /// Whether only protocols with ports can match: others have nothing that a range could be compared with.
    private func needsPorts(_ side: SideMatch, _ way: PortWay?) -> Bool {
        way == .ranges || side.notPorts.map { !$0.ranges.isEmpty } ?? false || excludesRanges(side, way)
    }

    private func excludesRanges(_ side: SideMatch, _ way: PortWay?) -> Bool {
        exclusive && way == .members && side.ports.map { !$0.ranges.isEmpty } ?? false
    }

    private mutating func addProtocols(needPorts: Bool, _ sets: inout SetPool) -> Bool {
        if match.icmp != nil || match.notICMP != nil {
            protocols = protocols.intersection(ProtocolSet(.icmp(of: family)))
        }
        if needPorts { protocols = protocols.intersection(.withPorts) }
        switch protocols.count {
        case 0: return false
        case 1: cheap.append(.l4proto(.equal, protocols.members[0]))
        case 256: break
        case 255: cheap.append(.l4proto(.notEqual, protocols.inverted.members[0]))
        case 129...254:
            lookups.append(.lookup([.l4proto], .notEqual, set: sets.protocols(protocols.inverted.members)))
        default: lookups.append(.lookup([.l4proto], .equal, set: sets.protocols(protocols.members)))
        }
        return true
    }

    private mutating func addPorts(
        _ end: PacketEnd, _ side: SideMatch, _ way: PortWay?, _ sets: inout SetPool
    ) -> Bool {
        let positive = side.ports ?? PortMatch(ranges: [], namedSets: [])
        switch way {
        case .ranges: addRanges(end, .equal, positive.ranges, &sets)
        case .members:
            let union = sets.union(positive.namedSets)
            guard hasMembers(sets.memberProtocols(union, family)) else { return false }
            lookups.append(triple(end, .equal, sets.triples(union, family)))
            if excludesRanges(side, way) {
                guard addNoRange(end, positive.ranges, &sets) else { return false }
            }
        case nil: break
        }
        for id in side.tripleSets.distinct {
            guard hasMembers(sets.memberProtocols(id, family)) else { return false }
            lookups.append(triple(end, .equal, sets.triples(id, family)))
        }
        return addNotPorts(end, side.notPorts, &sets)
    }

    /// Whether a packet of this rule's protocols can be in a triple set with members of these.
    private func hasMembers(_ memberProtocols: ProtocolSet) -> Bool {
        !protocols.intersection(memberProtocols).isEmpty
    }

    private mutating func addNotPorts(_ end: PacketEnd, _ ports: PortMatch?, _ sets: inout SetPool) -> Bool {
        guard let ports else { return true }
        let relevant = ports.namedSets.distinct.filter { hasMembers(sets.memberProtocols($0, family)) }
        for id in relevant { lookups.append(triple(end, .notEqual, sets.triples(id, family))) }
        guard !ports.ranges.isEmpty else {
            // Nothing to differ from, but a packet whose header cannot be read fails all the same.
            if relevant.isEmpty { cheap.append(.transportReadable(end)) }
            return true
        }
        return addNoRange(end, ports.ranges, &sets)
    }

    private mutating func addRanges(
        _ end: PacketEnd, _ relation: NftRelation, _ ranges: [PortRange], _ sets: inout SetPool
    ) {
        if ranges.count == 1 {
            cheap.append(
                ranges[0] == .all ? .transportReadable(end) : .port(end, relation, ranges[0]))
        } else {
            lookups.append(.lookup([.port(end)], relation, set: sets.ports(ranges)))
        }
    }

    /// False when every port is excluded.
    private mutating func addNoRange(_ end: PacketEnd, _ ranges: [PortRange], _ sets: inout SetPool) -> Bool {
        guard ranges != [.all] else { return false }
        addRanges(end, .notEqual, ranges, &sets)
        return true
    }

    private func triple(_ end: PacketEnd, _ relation: NftRelation, _ set: String) -> NftMatch {
        .lookup([.address(family, end), .l4proto, .port(end)], relation, set: set)
    }

    private mutating func addICMP() {
        for (icmp, relation) in [(match.icmp, NftRelation.equal), (match.notICMP, .notEqual)] {
            guard let icmp else { continue }
            cheap.append(
                icmp.code.map { .icmpTypeAndCode(relation, type: icmp.type, code: $0) }
                    ?? .icmpType(family, relation, icmp.type...icmp.type))
        }
    }

    private mutating func addAddresses(_ end: PacketEnd, _ side: SideMatch, _ sets: inout SetPool) -> Bool {
        for id in side.inSets.distinct {
            let view = sets.view(id, family)
            guard !view.isEmpty else { return false }
            addMembership(end, .equal, id, view, &sets)
        }
        for id in side.notInSets.distinct {
            let view = sets.view(id, family)
            guard !view.isEmpty else { continue }
            if let block = view.onlyBlock, block.length == 0, !view.isDynamic { return false }
            addMembership(end, .notEqual, id, view, &sets)
        }
        return true
    }

    /// A single block written in a rule is compared in place; everything else is a named set.
    private mutating func addMembership(
        _ end: PacketEnd, _ relation: NftRelation, _ id: IPSetID, _ view: SetPool.AddressView,
        _ sets: inout SetPool
    ) {
        if let block = view.onlyBlock, !view.isDynamic {
            if block.length > 0 { cheap.append(.address(end, relation, block)) }
        } else {
            lookups.append(.lookup([.address(family, end)], relation, set: sets.addresses(id, family)))
        }
    }
}

extension PortRange {
    fileprivate static let all = PortRange(0, .max)
}

extension ProtocolSet {
    /// Those of `IPProtocol.hasPorts`.
    fileprivate static let withPorts = ProtocolSet(.tcp, .udp, .dccp, .sctp, .udplite)
}

extension [IPSetID] {
    /// In order, each once.
    fileprivate var distinct: [IPSetID] {
        var seen: Set<IPSetID> = []
        return filter { seen.insert($0).inserted }
    }
}
