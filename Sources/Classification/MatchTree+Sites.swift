import NetTypes

extension MatchTree {
    /// Numbers the sites anew after chains or programs lost or changed some: in the order that they had, without the
    /// lost ones. O(sites).
    public mutating func renumberSites() {
        var kinds = [Site.Kind?](repeating: nil, count: sites.count)
        for fixed in FixedSite.allCases { kinds[Int(fixed.rawValue)] = .fixed(fixed) }
        for (index, chain) in chains.enumerated() {
            for (rule, site) in chain.rules.map(\.site).enumerated() {
                kinds[Int(site.value)] = chain.siteKind(ChainID(index), rule: rule)
            }
        }
        for (index, program) in programs.enumerated() {
            for (tier, block) in program.tiers.enumerated() {
                guard let drop = block.endOfTierDrop else { continue }
                kinds[Int(drop.value)] = .endOfTier(program: ProgramID(index), tier: tier)
            }
            if case .drop(let drop) = program.end { kinds[Int(drop.value)] = .noProfile(program: ProgramID(index)) }
        }
        var numbers = [SiteID](repeating: SiteID(0), count: sites.count)
        sites.removeAll(keepingCapacity: true)
        for (old, kind) in kinds.enumerated() {
            guard let kind else { continue }
            numbers[old] = SiteID(UInt32(sites.count))
            sites.append(Site(kind: kind))
        }
        renumber { numbers[Int($0.value)] }
    }

    private mutating func renumber(_ number: (SiteID) -> SiteID) {
        for chain in chains.indices {
            for rule in chains[chain].rules.indices {
                chains[chain].rules[rule].site = number(chains[chain].rules[rule].site)
            }
        }
        for program in programs.indices {
            for tier in programs[program].tiers.indices {
                programs[program].tiers[tier].endOfTierDrop = programs[program].tiers[tier].endOfTierDrop.map(number)
            }
            if case .drop(let site) = programs[program].end { programs[program].end = .drop(number(site)) }
        }
    }
}

extension RuleChain {
    /// What the site of one of its rules stands for.
    func siteKind(_ chain: ChainID, rule: Int) -> Site.Kind {
        if case .profile(_, exists: false) = owner {
            .missingProfile(chain: chain)
        } else {
            .rule(chain: chain, rule: rule)
        }
    }
}

extension Program {
    /// The sites that are this program's alone.
    var ownSites: [SiteID] {
        let drops = tiers.compactMap(\.endOfTierDrop)
        if case .drop(let site) = end { return drops + [site] }
        return drops
    }
}
