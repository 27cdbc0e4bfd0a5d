/// Which chain leads to which: the checks that the kernel makes with `ELOOP` and `EMLINK`.
struct JumpGraph {
    /// Chains below a base chain: `NFT_JUMP_STACK_SIZE` counts the base chain as well.
    static let maximumDepth = 15

    private let targets: [String: [String]]
    private let baseChains: [String]

    init(_ table: NftTable) {
        var maps: [String: [String]] = [:]
        for set in table.sets {
            guard case .interfaceVerdicts(let entries) = set.contents else { continue }
            maps[set.name] = Set(entries.compactMap(\.verdict.target)).sorted()
        }
        var targets: [String: [String]] = [:]
        for chain in table.chains {
            targets[chain.name] = chain.rules.flatMap(\.statements).flatMap { statement in
                if case .verdictMap(_, let map) = statement { return maps[map] ?? [] }
                return statement.target.map { [$0] } ?? []
            }
        }
        self.targets = targets
        baseChains = table.chains.filter { $0.base != nil }.map(\.name)
    }

    var violations: [String] {
        let missing = Set(targets.values.joined()).filter { targets[$0] == nil }.sorted()
        let entered = Set(targets.values.joined())
        var problems = missing.map { "no chain \($0)" }
        problems += baseChains.filter(entered.contains).map { "base chain \($0) is jumped to" }
        guard let depths = depths() else { return problems + ["jumps form a loop"] }
        problems += baseChains.filter { (depths[$0] ?? 0) > JumpGraph.maximumDepth }.map {
            "chains nest deeper than \(JumpGraph.maximumDepth) below \($0)"
        }
        return problems
    }

    /// How many chains can follow below each; `nil` when some jumps form a loop. Chains are settled from the leaves
    /// upwards, so that no nesting of the input nests calls.
    private func depths() -> [String: Int]? {
        var callers: [String: [String]] = [:]
        var open: [String: Int] = [:]
        for (chain, next) in targets {
            let known = Set(next).filter { targets[$0] != nil }
            open[chain] = known.count
            for target in known { callers[target, default: []].append(chain) }
        }
        var depths: [String: Int] = [:]
        var settled = open.filter { $0.value == 0 }.map(\.key)
        while let chain = settled.popLast() {
            let depth = depths[chain] ?? 0
            depths[chain] = depth
            for caller in callers[chain] ?? [] {
                depths[caller] = max(depths[caller] ?? 0, depth + 1)
                open[caller, default: 0] -= 1
                if open[caller] == 0 { settled.append(caller) }
            }
        }
        return depths.count == targets.count && open.values.allSatisfy { $0 == 0 } ? depths : nil
    }
}
