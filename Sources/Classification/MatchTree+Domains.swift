public import NetTypes

extension MatchTree {
    /// The sets that follow domain names.
    public var domainSets: [(id: IPSetID, domains: DomainMembers)] {
        sets.enumerated().compactMap { index, set in set.domains.map { (IPSetID(index), $0) } }
    }

    /// Whether a rule names domains.
    public var followsDomains: Bool { sets.contains { $0.domains != nil } }

    /// The names that decide at a site: of an allowing rule its own, of a tier's end those of the rules before it that
    /// would have allowed.
    public func domainPatterns(at site: SiteID) -> [DomainPattern] {
        guard sites.indices.contains(Int(site.value)) else { return [] }
        switch sites[Int(site.value)].kind {
        case .rule(let chain, let rule): return domainPatterns(of: chains[chain.value].rules[rule])
        case .endOfTier(let program, let tier):
            let rules = programs[program.value].tiers[tier].chains.flatMap { chains[$0.value].rules }
            return Set(rules.flatMap { domainPatterns(of: $0) }).sorted()
        default: return []
        }
    }

    private func domainPatterns(of rule: Rule) -> [DomainPattern] {
        rule.match.destination.inSets.flatMap { sets[$0.value].domains?.patterns ?? [] }
    }

    /// Why an address is a member of a set that the rule at `site` looks into, by what was known when the tree was made.
    public func domainRecord(of address: IPAddress, at site: SiteID) -> DomainRecord? {
        let patterns = domainPatterns(at: site)
        return patterns.isEmpty ? nil : domains.record(of: address, in: patterns)
    }
}
