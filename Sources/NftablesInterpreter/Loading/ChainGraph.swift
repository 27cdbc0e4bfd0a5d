/// Which chain can call which. The kernel refuses loops and long rows when rules are loaded (nft_chain_validate), so
/// that running them ends; so does this.
struct ChainGraph {
    private let chains: [Ruleset.Chain]
    private let targets: [[Int]]

    /// NFT_JUMP_STACK_SIZE: chains in a row, the base chain included.
    static let longestRow = 16

    init(_ chains: [Ruleset.Chain], _ rules: [Ruleset.Rule], _ sets: [ElementSet]) {
        self.chains = chains
        targets = chains.map { chain in
            chain.rules.flatMap { rules[$0].expressions.flatMap { Self.targets($0, sets) } }
        }
    }

    private static func targets(_ expression: Expression, _ sets: [ElementSet]) -> [Int] {
        let verdicts: [RuleVerdict] =
            switch expression {
            case .immediate(let immediate): [immediate.verdict].compactMap(\.self)
            case .lookup(let lookup) where lookup.yieldsVerdict: sets[lookup.set].verdicts
            default: []
            }
        return verdicts.compactMap { verdict in
            switch verdict {
            case .jump(let chain), .goto(let chain): chain
            default: nil
            }
        }
    }

    func check() throws(RulesetError) {
        var longest: [Int?] = Array(repeating: nil, count: chains.count)
        for chain in chains.indices where chains[chain].base != nil {
            _ = try row(from: chain, calledBy: [], &longest)
        }
    }

    /// The longest row of chains that begins with `chain`. The recursion is no deeper than the row may be long.
    private func row(from chain: Int, calledBy callers: [Int], _ longest: inout [Int?]) throws(RulesetError) -> Int {
        guard !callers.contains(chain) else { throw .chains("loop of chains through \(chains[chain].name)") }
        guard callers.isEmpty || chains[chain].base == nil else {
            throw .chains("jump to the base chain \(chains[chain].name)")
        }
        var length = longest[chain]
        if length == nil, callers.count < Self.longestRow {
            var below = 0
            for target in Set(targets[chain]) {
                below = max(below, try row(from: target, calledBy: callers + [chain], &longest))
            }
            length = below + 1
            longest[chain] = length
        }
        guard let length, callers.count + length <= Self.longestRow else {
            throw .chains("more than \(Self.longestRow) chains in a row at \(chains[chain].name)")
        }
        return length
    }
}
