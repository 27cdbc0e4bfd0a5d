import Classification
import MatchTreeFixtures
import NetTypes
import NetworkTopology
import Testing

@testable import NftablesRuleset

/// What all rules of a chain want is asked before the jump to it.
@Suite struct FactorConditionsTests {
    private let tcp = NftMatch.l4proto(.equal, .tcp)
    private let v4 = NftMatch.family(.v4)
    private let web = NftMatch.port(.destination, .equal, PortRange(80))
    private let clients = NftMatch.lookup([.address(.v4, .source)], .equal, set: "clients")
    private let others = NftMatch.lookup([.address(.v4, .source)], .equal, set: "others")

    private func rule(_ matches: [NftMatch], _ verdict: NftVerdict) -> NftRule {
        NftRule(matches.map(NftStatement.match) + [.verdict(verdict)])
    }

    /// A base chain that jumps to `tier`, which jumps to `policy` of these rules.
    private func factored(_ rules: [[NftMatch]], jumps: Int = 1, entered: [NftSet] = []) -> [[String]] {
        let base = NftChain(
            name: "base", base: .init(hook: .forward, priority: 0), origin: "", rules: [rule([], .jump("tier"))])
        let tier = NftChain(
            name: "tier", origin: "",
            rules: Array(repeating: rule([], .jump("policy")), count: jumps) + [rule([], .drop)])
        let policy = NftChain(name: "policy", origin: "", rules: rules.map { rule($0, .accept) })
        let table = NftTable(sets: entered, chains: [base, tier, policy]).factoringConditions()
        return table.chains.map { $0.rules.map(\.nftText) }
    }

    @Test func comparisonsMoveAndLookupsThatAreLeftAloneMoveToo() {
        #expect(
            factored([[v4, tcp, web, clients], [v4, tcp, web, others]]).suffix(2) == [
                ["meta l4proto tcp th dport 80 jump policy", "drop"],
                ["meta nfproto ipv4 ip saddr @clients accept", "meta nfproto ipv4 ip saddr @others accept"],
            ])
        #expect(
            factored([[v4, clients], [v4, clients, others]]).suffix(2) == [
                ["meta nfproto ipv4 ip saddr @clients jump policy", "drop"],
                ["accept", "meta nfproto ipv4 ip saddr @others accept"],
            ])
    }

    @Test func aLookupStaysBehindWhatCostsLess() {
        let rules = [[v4, tcp, web, clients], [v4, tcp, clients]]
        #expect(
            factored(rules)[2] == [
                "meta nfproto ipv4 th dport 80 ip saddr @clients accept", "meta nfproto ipv4 ip saddr @clients accept",
            ])
    }

    @Test func nothingMovesWhereNothingIsSaved() {
        let plain = [["jump tier"], ["jump policy", "drop"], ["meta l4proto tcp accept"]]
        #expect(factored([[tcp]]) == plain, "one rule would only become two conditions")
        let twice = factored([[tcp], [tcp, web]], jumps: 2)
        #expect(twice[1] == ["jump policy", "jump policy", "drop"], "two jumps ask as often as two rules")
        let map = NftSet(name: "map", contents: .interfaceVerdicts([.init(interface: "a", verdict: .goto("policy"))]))
        #expect(factored([[tcp], [tcp, web]], entered: [map])[1] == ["jump policy", "drop"], "a map asks nothing")
    }

    @Test func whatAllJumpsOfAChainWantMovesOn() {
        let base = NftChain(
            name: "base", base: .init(hook: .forward, priority: 0), origin: "", rules: [rule([], .jump("tier"))])
        let tier = NftChain(name: "tier", origin: "", rules: ["one", "two"].map { rule([], .jump($0)) })
        let policies = ["one", "two"].map { name in
            NftChain(name: name, origin: "", rules: [rule([tcp, web], .drop), rule([tcp], .accept)])
        }
        let table = NftTable(sets: [], chains: [base, tier] + policies).factoringConditions()
        #expect(
            table.chains.map { $0.rules.map(\.nftText) } == [
                ["meta l4proto tcp jump tier"], ["jump one", "jump two"], ["th dport 80 drop", "accept"],
                ["th dport 80 drop", "accept"],
            ])
    }

    @Test("Fewer conditions, the same rules", arguments: 0..<40) func randomTrees(seed: UInt64) throws {
        let tree = RandomTree.tree(seed: seed)
        let plain = try NftTable(tree, options: RulesetOptions(factorsConditions: false)).summary
        let factored = try NftTable(tree)
        #expect(factored.verify() == [])
        var expected = plain
        expected.conditions = factored.summary.conditions
        #expect(factored.summary == expected)
        #expect(factored.summary.conditions <= plain.conditions)
    }
}
