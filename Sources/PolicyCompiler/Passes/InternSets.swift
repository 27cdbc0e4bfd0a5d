import Classification
import NetTypes

extension TreePass {
    /// Turns sets that no rule reads into none, those read in one IP version into sets of that version, equal ones into one.
    /// Safe: every rule finds the same members in the IP versions that it exists for.
    static let internSets = TreePass(
        "intern-sets", "turns equal sets into one, unread ones into none"
    ) { $0.interningSets() }
}

extension MatchTree {
    /// Sets keep their order. Domain sets keep all members: more may come.
    func interningSets() -> MatchTree {
        let readers = familiesOfReaders
        var table = SetTable()
        var numbers = Array(repeating: IPSetID(0), count: sets.count)
        for (index, set) in sets.enumerated() where !readers[index].isEmpty {
            numbers[index] = table.intern(set.narrowed(to: readers[index]))
        }
        guard table.sets.map(\.name) != sets.map(\.name) else { return self }
        var tree = self
        tree.sets = table.sets
        for chain in tree.chains.indices {
            for rule in tree.chains[chain].rules.indices {
                let match = tree.chains[chain].rules[rule].match
                tree.chains[chain].rules[rule].match = match.replacingSets { numbers[$0.value] }
            }
        }
        return tree
    }

    /// For each set the IP versions of the rules that read it.
    private var familiesOfReaders: [FamilySet] {
        var readers = [FamilySet](repeating: [], count: sets.count)
        for chain in chains {
            for rule in chain.rules {
                for set in rule.match.sets { readers[set.value].formUnion(rule.match.families) }
            }
        }
        return readers
    }
}

extension IPSet {
    fileprivate func narrowed(to families: FamilySet) -> IPSet {
        guard families != .both else { return self }
        var narrowed: IPSet
        switch members {
        case .addresses(let blocks):
            let rest = blocks.filter { families.contains($0.family) }
            if rest.count == blocks.count { return self }
            narrowed = IPSet(addresses: rest, isDynamic: isDynamic, meaning: "")
        case .addressPorts(let triples):
            let rest = triples.filter { families.contains($0.address.family) }
            if rest.count == triples.count { return self }
            narrowed = IPSet(addressPorts: rest, isDynamic: isDynamic, meaning: "")
        case .domains: return self
        }
        narrowed.meanings = meanings
        return narrowed
    }
}
