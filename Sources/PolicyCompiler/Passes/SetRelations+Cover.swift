import Classification
import NetTypes

/// Whether one rule matches every packet that another matches, as far as their conditions show one by one.
extension SetRelations {
    /// True only if each condition of `wide` follows from those of `narrow`.
    mutating func covers(_ wide: RuleMatch, _ narrow: RuleMatch) -> Bool {
        guard narrow.families.isSubset(of: wide.families), narrow.protocols.isSubset(of: wide.protocols),
            coversICMP(wide, narrow)
        else { return false }
        let families = narrow.families.families
        return covers(wide.source, narrow.source, narrow, families)
            && covers(wide.destination, narrow.destination, narrow, families)
    }

    private func coversICMP(_ wide: RuleMatch, _ narrow: RuleMatch) -> Bool {
        if let icmp = wide.icmp {
            guard let inner = narrow.icmp, icmp.contains(inner) else { return false }
        }
        guard let excluded = wide.notICMP else { return true }
        if let inner = narrow.notICMP, inner.contains(excluded) { return true }
        return narrow.icmp.map { !excluded.contains($0) && !$0.contains(excluded) } ?? false
    }

    private mutating func covers(
        _ wide: SideMatch, _ narrow: SideMatch, _ match: RuleMatch, _ families: [IPFamily]
    ) -> Bool {
        for family in families {
            for set in wide.inSets where !isFull(set, family) {
                guard narrow.inSets.contains(where: { isContained($0, in: set, family) }) else { return false }
            }
            for set in wide.notInSets where !isEmpty(set, family) {
                let isExcluded = narrow.notInSets.contains { isContained(set, in: $0, family) }
                guard isExcluded || narrow.inSets.contains(where: { areDisjoint($0, set, family) }) else {
                    return false
                }
            }
            for set in wide.tripleSets {
                guard narrow.tripleSets.contains(where: { isContained($0, in: set, family) }) else { return false }
            }
        }
        return coversPorts(wide, narrow, match, families) && coversNotPorts(wide, narrow, families)
    }

    private mutating func coversPorts(
        _ wide: SideMatch, _ narrow: SideMatch, _ match: RuleMatch, _ families: [IPFamily]
    ) -> Bool {
        guard let ports = wide.ports else { return true }
        guard let inner = narrow.ports, inner.ranges.subtracting(ports.ranges).isEmpty else { return false }
        for set in inner.namedSets where !isCovered(set, by: ports, match, families) { return false }
        return true
    }

    /// Whether each member that a packet of the rule can be is admitted by one range, or all are by one set.
    mutating func isCovered(
        _ set: IPSetID, by ports: PortMatch, _ match: RuleMatch, _ families: [IPFamily]
    ) -> Bool {
        for family in families {
            let isInRanges = triples(set, family).allSatisfy { triple in
                !match.protocols.contains(triple.proto) || ports.ranges.contains { $0.contains(triple.port) }
            }
            guard isInRanges || ports.namedSets.contains(where: { isContained(set, in: $0, family) }) else {
                return false
            }
        }
        return true
    }

    /// Both read the transport header, or `wide` says nothing of it.
    private mutating func coversNotPorts(_ wide: SideMatch, _ narrow: SideMatch, _ families: [IPFamily]) -> Bool {
        guard let excluded = wide.notPorts else { return true }
        if let inner = narrow.notPorts, excluded.ranges.subtracting(inner.ranges).isEmpty {
            let isInner = excluded.namedSets.allSatisfy { set in
                families.allSatisfy { family in inner.namedSets.contains { isContained(set, in: $0, family) } }
            }
            if isInner { return true }
        }
        guard let ports = narrow.ports, ports.namedSets.isEmpty, excluded.namedSets.isEmpty else { return false }
        return ports.ranges.subtracting(excluded.ranges) == ports.ranges
    }
}

extension ICMPMatch {
    /// Every pair of type and code that the other one means.
    func contains(_ other: ICMPMatch) -> Bool {
        type == other.type && (code == nil || code == other.code)
    }
}
