import CaseGeneration
import Classification
import NetTypes
import NetworkTopology
import NftablesRuleset
import PolicyCompiler
import Testing
import Workspace

/// The nftables rules of an optimized tree are never more, nor are their sets. One exception: a policy that loses its last
/// Pass leaves its tier's chain for a chain that tiers share, which is one more, and a jump.
@Suite struct OptimizedRulesetTests {
    @Test(arguments: [UInt64(0), 1, 2]) func neverLarger(_ part: UInt64) throws {
        var (rulesBefore, rulesAfter) = (0, 0)
        for seed in (3_000 + part * 40)..<(3_040 + part * 40) {
            let inputs = PolicyGenerator.policySet(seed: seed).load()
            let plain = MatchTree.compile(inputs.cluster, passes: [])
            let shared = zip(plain.chains, inputs.tree.chains).count { hasPass($0) && !hasPass($1) }
            for node in plain.topology.nodes.indices {
                let view = RulesetView.node(NodeIndex(node))
                let before = try NftTable(plain, view: view, options: RulesetOptions(factorsConditions: false)).summary
                let table = try NftTable(inputs.tree, view: view)
                #expect(table.verify() == [], "seed \(seed)")
                for (name, count) in Self.counts {
                    let allowance = ["chains", "rules"].contains(name) ? shared : 0
                    #expect(count(table.summary) <= count(before) + allowance, "seed \(seed), node \(node): \(name)")
                }
                rulesBefore += before.rules
                rulesAfter += table.summary.rules
            }
        }
        print("nftables rules of seeds \(3_000 + part * 40)...: \(rulesBefore) -> \(rulesAfter)")
        #expect(rulesAfter < rulesBefore)
    }

    private func hasPass(_ chain: RuleChain) -> Bool { chain.rules.contains { $0.action == .pass } }

    private static let counts: [(String, @Sendable (RulesetSummary) -> Int)] = [
        ("chains", { $0.chains }), ("rules", { $0.rules }), ("conditions", { $0.conditions }), ("sets", { $0.sets }),
        ("elements", { $0.elements }), ("maps", { $0.maps }), ("map entries", { $0.mapEntries }),
    ]
}
