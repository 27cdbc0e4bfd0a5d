import Classification
import NetTypes

extension TreePass {
    /// Turns what stands behind a tier or policy that decides every packet into nothing: policies, tier ends, tiers,
    /// profiles, and Pass rules at the place where evaluation goes on anyway. Safe: no packet gets to what goes.
    static let resolveTiers = TreePass(
        "resolve-tiers", "turns what no packet gets to into nothing"
    ) { tree in
        var tree = tree
        let usedBefore = tree.usedChains
        let flows = tree.chains.map { ChainFlow($0) }
        for program in tree.programs.indices { tree.programs[program].cutUnreachable(flows) }
        return tree.removingUnusedChains(usedBefore).removingIdlePasses().closingTiers()
    }
}

/// What becomes of packets in one chain, as far as rules without conditions tell.
private struct ChainFlow {
    /// The IP versions of packets that may get through the chain undecided.
    var open: FamilySet = .both
    /// A Pass rule may match.
    var mayPass = false

    init(_ chain: RuleChain) {
        for rule in chain.rules where rule.action != .log && !open.isEmpty {
            mayPass = mayPass || rule.action == .pass
            if rule.match == RuleMatch(families: rule.match.families) { open.subtract(rule.match.families) }
        }
    }
}

extension Program {
    fileprivate mutating func cutUnreachable(_ flows: [ChainFlow]) {
        for index in tiers.indices {
            var open = FamilySet.both
            var mayPass = false
            var reached = 0
            for chain in tiers[index].chains where !open.isEmpty {
                reached += 1
                mayPass = mayPass || flows[chain.value].mayPass
                open.formIntersection(flows[chain.value].open)
            }
            tiers[index].chains.removeLast(tiers[index].chains.count - reached)
            if open.isEmpty { tiers[index].endOfTierDrop = nil }
            guard mayPass || (!open.isEmpty && tiers[index].endOfTierDrop == nil) else {
                tiers.removeLast(tiers.count - index - 1)
                profiles = []
                return
            }
        }
        // A profile's Pass leads to the next profile.
        if let last = profiles.firstIndex(where: { flows[$0.value].open.isEmpty && !flows[$0.value].mayPass }) {
            profiles.removeLast(profiles.count - last - 1)
        }
    }
}

extension MatchTree {
    /// For each chain whether some program has it.
    fileprivate var usedChains: [Bool] {
        var isUsed = [Bool](repeating: false, count: chains.count)
        for program in programs {
            for chain in program.tiers.lazy.flatMap(\.chains) { isUsed[chain.value] = true }
            for chain in program.profiles { isUsed[chain.value] = true }
        }
        return isUsed
    }

    /// The rules of chains that no program reaches any more.
    fileprivate func removingUnusedChains(_ before: [Bool]) -> MatchTree {
        let after = usedChains
        var tree = self
        tree.renumberSites()
        return tree.removingRules { id, chain in
            Array(repeating: before[id.value] && !after[id.value] ? .unreachable : nil, count: chain.rules.count)
        }
    }

    /// Pass at the end of a profile, or at the end of the last policy with rules of a tier without drop, wherever the
    /// chain stands so.
    fileprivate func removingIdlePasses() -> MatchTree {
        var tree = self
        // A list that has lost its Pass rules may leave those of the list before it idle.
        for _ in 0..<8 {
            let bound = tree.chainsBeforeSomething
            let shorter = tree.removingRules { id, chain in
                let kept = bound[id.value] ? chain.rules.count : chain.countBeforeIdlePasses
                return chain.rules.indices.map { $0 < kept ? nil : .passesOnAnyway }
            }
            if shorter.sites.count == tree.sites.count { break }
            tree = shorter
        }
        return tree
    }

    /// Says which tiers are closed by the rules that are left, since a Pass that closed one may be gone, and leaves out
    /// profiles without rules.
    fileprivate func closingTiers() -> MatchTree {
        var tree = self
        let flows = chains.map { ChainFlow($0) }
        for program in programs.indices {
            tree.programs[program].profiles.removeAll { chains[$0.value].rules.isEmpty }
            for (index, block) in programs[program].tiers.enumerated() where block.endOfTierDrop == nil {
                let open = block.chains.reduce(FamilySet.both) { $0.intersection(flows[$1.value].open) }
                tree.programs[program].tiers[index].isClosed = open.isEmpty
            }
        }
        return tree
    }

    /// Chains of policies behind which a rule or a drop of the same tier stands in some program.
    private var chainsBeforeSomething: [Bool] {
        var bound = [Bool](repeating: false, count: chains.count)
        for block in programs.lazy.flatMap(\.tiers) {
            var hasRulesBehind = block.endOfTierDrop != nil
            for chain in block.chains.reversed() {
                if hasRulesBehind { bound[chain.value] = true }
                hasRulesBehind = hasRulesBehind || !chains[chain.value].rules.isEmpty
            }
        }
        return bound
    }
}

extension RuleChain {
    /// How many rules stand before the Pass rules at the end. All of them where one would be left to a policy: beside a
    /// Pass it stands in the kernel's chain of its tier, alone it would be a chain and a jump.
    fileprivate var countBeforeIdlePasses: Int {
        let count = rules.lastIndex { $0.action != .pass }.map { $0 + 1 } ?? 0
        if case .policy = owner, count == 1 { return rules.count }
        return count
    }
}
