import Classification
import NetTypes

extension RulesetBuilder {
    /// The rules of a program's chain that carry out one tier.
    ///
    /// Without Pass the drop stands in the program's chain, behind a jump to the tier's policies, which other programs
    /// share. With Pass the drop stands in a chain of the tier, so that a return passes it by.
    mutating func rules(for block: TierBlock, direction: Direction, actions: PolicyActions) -> [NftRule] {
        let forms = block.chains.map { form(of: PolicyKey(chain: $0, actions: actions)) }
        let drop = block.endOfTierDrop.map { decision([], [actions.deny], $0, endOfTierText(block)) }
        let end = drop.map { [$0] } ?? []
        let hasPass = forms.contains { form in
            if case .segments = form { true } else { false }
        }
        if hasPass {
            let name = addTierChain(block, direction, forms.flatMap(rules(entering:)) + end)
            return [lead(.jump(name))]
        }
        let chains = forms.compactMap { form in
            if case .chain(let name) = form { name } else { nil }
        }
        switch chains.count {
        case 0: return end
        case 1: return [lead(.jump(chains[0]))] + end
        default: return [lead(.jump(sharedTier(block, direction, jumpingTo: chains)))] + end
        }
    }

    private func rules(entering form: PolicyForm) -> [NftRule] {
        switch form {
        case .empty: []
        case .chain(let name): [lead(.jump(name))]
        case .segments(let segments):
            segments.map { segment in
                switch segment {
                case .chain(let name): lead(.jump(name))
                case .rule(let rule): rule
                }
            }
        }
    }

    private mutating func sharedTier(
        _ block: TierBlock, _ direction: Direction, jumpingTo chains: [String]
    ) -> String {
        if let known = sharedTiers[chains] { return known }
        let name = addTierChain(block, direction, chains.map { lead(.jump($0)) })
        sharedTiers[chains] = name
        return name
    }

    private mutating func addTierChain(_ block: TierBlock, _ direction: Direction, _ rules: [NftRule]) -> String {
        let name = names.unique("cali-t\(direction == .ingress ? "i" : "o")-\(block.tier)")
        tierChains.append(NftChain(name: name, origin: "tier \(block.tier) \(direction.word)", rules: rules))
        return name
    }

    private func endOfTierText(_ block: TierBlock) -> String {
        "end of tier \(block.tier): "
            + tree.isolatingPolicies(block).map(\.description).joined(separator: ", ")
    }
}
