import Classification
import NetTypes

extension MatchTree {
    /// Fuses rules of one manifest rule that differ in the peer's set alone, into one rule on the union of the sets,
    /// where nothing else needs the single sets: the tree never holds more members than before.
    func fusingPeers() -> MatchTree {
        var peers = PeerFusion(self)
        return peers.fused() ?? self
    }
}

private struct PeerFusion {
    private var tree: MatchTree
    private var groups: [Group] = []
    /// How often the rules of the tree read each set.
    private var uses: [Int]

    /// Rules of one list that are equal but for the one set that the address of one end must be in.
    private struct Group {
        var chain: Int
        var rules: [Int]
        var side: WritableKeyPath<RuleMatch, SideMatch>
        /// Of the rules, ascending.
        var sets: [IPSetID]
    }

    init(_ tree: MatchTree) {
        self.tree = tree
        uses = Array(repeating: 0, count: tree.sets.count)
        for chain in tree.chains {
            for rule in chain.rules {
                for set in rule.match.sets { uses[set.value] += 1 }
            }
        }
    }

    /// `nil` when there is nothing to fuse.
    mutating func fused() -> MatchTree? {
        for chain in tree.chains.indices {
            for run in tree.chains[chain].rules.manifestRuns { collect(chain, run) }
        }
        var wanted: [[IPSetID]: Int] = [:]
        for group in groups { wanted[group.sets, default: 0] += 1 }
        let accepted = groups.filter { group in
            group.sets.allSatisfy { uses[$0.value] == wanted[group.sets] } && isSmaller(group.sets)
        }
        guard !accepted.isEmpty else { return nil }
        var unions: [[IPSetID]: IPSetID] = [:]
        var reasons = tree.chains.map { [RemovedRule.Reason?](repeating: nil, count: $0.rules.count) }
        for group in accepted {
            let union = unions[group.sets] ?? addUnion(group.sets)
            unions[group.sets] = union
            tree.chains[group.chain].rules[group.rules[0]].match[keyPath: group.side].inSets = [union]
            for rule in group.rules.dropFirst() { reasons[group.chain][rule] = .merged }
        }
        return tree.removingRules { chain, _ in reasons[chain.value] }.interningSets()
    }

    private mutating func collect(_ chain: Int, _ run: Range<Int>) {
        var taken: Set<Int> = []
        for side in [\RuleMatch.source, \RuleMatch.destination] {
            var places: [RuleMatch: Int] = [:]
            var found: [Group] = []
            for index in run where !taken.contains(index) {
                var key = tree.chains[chain].rules[index].match
                guard key[keyPath: side].inSets.count == 1 else { continue }
                let set = key[keyPath: side].inSets[0]
                key[keyPath: side].inSets = []
                if let place = places[key] {
                    found[place].rules.append(index)
                    found[place].sets.append(set)
                } else {
                    places[key] = found.count
                    found.append(Group(chain: chain, rules: [index], side: side, sets: [set]))
                }
            }
            for var group in found where group.rules.count > 1 {
                group.sets.sort()
                taken.formUnion(group.rules)
                groups.append(group)
            }
        }
    }

    /// Whether the union is one set instead of several in the kernel, too, and searched no more slowly: a block alone
    /// is compared without a set, and single addresses are found faster than blocks.
    private func isSmaller(_ ids: [IPSetID]) -> Bool {
        let sets = ids.map { tree.sets[$0.value] }
        let isPlain = sets.allSatisfy { set in if case .addresses = set.members { true } else { false } }
        guard isPlain else { return false }
        return IPFamily.allCases.allSatisfy { family in
            let parts = sets.map { $0.prefixes(of: family) }
            guard zip(sets, parts).allSatisfy({ $0.isDynamic || $1.count != 1 }) else { return false }
            let hasBlocks = parts.contains { !$0.allSatisfy(\.isSingleAddress) }
            return hasBlocks || IPSet.aggregated(Array(parts.joined())).allSatisfy(\.isSingleAddress)
        }
    }

    private mutating func addUnion(_ ids: [IPSetID]) -> IPSetID {
        let sets = ids.map { tree.sets[$0.value] }
        var union = IPSet(
            addresses: sets.flatMap { $0.prefixes(of: .v4) + $0.prefixes(of: .v6) },
            isDynamic: sets.contains(where: \.isDynamic), meaning: "")
        union.meanings = Set(sets.flatMap(\.meanings)).sorted()
        tree.sets.append(union)
        return IPSetID(tree.sets.count - 1)
    }
}
