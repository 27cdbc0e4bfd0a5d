/// How much a table holds.
public struct RulesetSummary: Hashable, Sendable {
    public var baseChains: Int
    public var chains: Int
    public var rules: Int
    /// Conditions of all rules.
    public var conditions: Int
    public var sets: Int
    /// Members of sets.
    public var elements: Int
    public var maps: Int
    /// Entries of verdict maps.
    public var mapEntries: Int
}

extension NftTable {
    public var summary: RulesetSummary {
        let maps = sets.filter(\.isVerdictMap)
        let plain = sets.filter { !$0.isVerdictMap }
        return RulesetSummary(
            baseChains: chains.count { $0.base != nil },
            chains: chains.count,
            rules: chains.reduce(0) { $0 + $1.rules.count },
            conditions: chains.reduce(0) { $0 + $1.conditionCount },
            sets: plain.count,
            elements: plain.reduce(0) { $0 + $1.count },
            maps: maps.count,
            mapEntries: maps.reduce(0) { $0 + $1.count })
    }
}

extension NftChain {
    fileprivate var conditionCount: Int {
        rules.reduce(0) { sum, rule in
            sum + rule.statements.count { statement in if case .match = statement { true } else { false } }
        }
    }
}

extension RulesetSummary: CustomStringConvertible {
    /// One line.
    public var description: String {
        "\(chains) chains (\(baseChains) base), \(rules) rules, \(sets) sets with \(elements) elements, "
            + "\(maps) verdict maps with \(mapEntries) entries"
    }
}
