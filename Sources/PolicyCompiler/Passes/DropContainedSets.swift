import Classification
import NetTypes

extension TreePass {
    /// Turns "in A and in B" into "in A" where A is part of B, and drops exclusions that exclude nobody.
    /// Safe: what is dropped follows from what stays, for the addresses of the rule's IP versions.
    static let dropContainedSets = TreePass(
        "drop-contained-sets", "turns set conditions that others imply into none"
    ) { tree in
        var tree = tree
        var dropping = ContainedSets(relations: SetRelations(tree))
        for chain in tree.chains.indices {
            for rule in tree.chains[chain].rules.indices {
                let match = dropping.simplified(tree.chains[chain].rules[rule].match)
                if match != tree.chains[chain].rules[rule].match { tree.chains[chain].rules[rule].match = match }
            }
        }
        return tree
    }
}

private struct ContainedSets {
    var relations: SetRelations

    mutating func simplified(_ match: RuleMatch) -> RuleMatch {
        guard !match.source.isAny || !match.destination.isAny else { return match }
        var result = match
        result.source = simplified(match.source, match)
        result.destination = simplified(match.destination, match)
        return result
    }

    private mutating func simplified(_ side: SideMatch, _ match: RuleMatch) -> SideMatch {
        let families = match.families.families
        var side = side
        side.inSets = smallest(
            side.inSets.filter { set in !families.allSatisfy { relations.isFull(set, $0) } }, families)
        side.notInSets = largest(
            side.notInSets.filter { set in !families.allSatisfy { excludesNobody(set, side.inSets, $0) } }, families)
        side.tripleSets = smallest(side.tripleSets, families)
        if var ports = side.ports {
            let rangesAlone = PortMatch(ranges: ports.ranges, namedSets: [])
            let needed = ports.namedSets.filter { !relations.isCovered($0, by: rangesAlone, match, families) }
            ports.namedSets = largest(needed, families)
            if !ports.ranges.isEmpty || !ports.namedSets.isEmpty { side.ports = ports }
        }
        if var ports = side.notPorts {
            let rangesAlone = PortMatch(ranges: ports.ranges, namedSets: [])
            let needed = ports.namedSets.filter { !relations.isCovered($0, by: rangesAlone, match, families) }
            ports.namedSets = largest(needed, families)
            if !ports.ranges.isEmpty || !ports.namedSets.isEmpty { side.notPorts = ports }
        }
        return side
    }

    private mutating func excludesNobody(_ set: IPSetID, _ inSets: [IPSetID], _ family: IPFamily) -> Bool {
        relations.isEmpty(set, family) || inSets.contains { relations.areDisjoint($0, set, family) }
    }

    /// Without those that contain another: membership in them follows. Of equal ones the first stays.
    private mutating func smallest(_ sets: [IPSetID], _ families: [IPFamily]) -> [IPSetID] {
        kept(sets) { relations, a, b in families.allSatisfy { relations.isContained(b, in: a, $0) } }
    }

    /// Without those that another contains. Of equal ones the first stays.
    private mutating func largest(_ sets: [IPSetID], _ families: [IPFamily]) -> [IPSetID] {
        kept(sets) { relations, a, b in families.allSatisfy { relations.isContained(a, in: b, $0) } }
    }

    /// - Parameter follows: whether the first set's condition follows from the second's.
    private mutating func kept(
        _ sets: [IPSetID], _ follows: (inout SetRelations, IPSetID, IPSetID) -> Bool
    ) -> [IPSetID] {
        var kept: [IPSetID] = []
        for set in sets where !kept.contains(where: { follows(&relations, set, $0) }) {
            kept.removeAll { follows(&relations, $0, set) }
            kept.append(set)
        }
        return kept
    }
}
