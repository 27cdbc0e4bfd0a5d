import Classification
import MatchTreeFixtures
import NetTypes
import Testing

@testable import PolicyCompiler

/// Passes on what endpoints have: tiers, their ends, profiles, programs.
@Suite struct ProgramPassTests {
    private let pods = [
        TreeFixture.Pod("shop/a", interface: "cali0", addresses: ["10.0.0.1"]),
        TreeFixture.Pod("shop/b", interface: "cali1", addresses: ["10.0.0.2"]),
    ]
    private let tcp = RuleMatch(protocols: ProtocolSet(.tcp))

    /// The programs of a tree as its text has them.
    private func programs(_ tree: MatchTree) -> [String] {
        let lines = tree.text.split(separator: "\n").map(String.init)
        return lines.drop { !$0.hasPrefix("program") }.prefix { !$0.hasPrefix("endpoint") }.map { $0 }
    }

    private func resolved(_ tree: MatchTree) -> MatchTree {
        #expect(tree.verify() == [])
        let result = TreePass.resolveTiers(tree)
        #expect(result.verify() == [])
        #expect(TreePass.resolveTiers(result).text == result.text)
        return result
    }

    @Test func nothingBehindATierThatDrops() {
        var fixture = TreeFixture(pods: pods)
        let first = fixture.policy("first", tier: "one", rules: [(.allow, tcp)])
        let second = fixture.policy("second", tier: "two", rules: [(.deny, tcp)])
        let profile = fixture.profile("open", rules: [(.allow, RuleMatch())])
        let ingress = fixture.program(
            .ingress, tiers: [("one", [first], true), ("two", [second], true)], profiles: [profile])
        fixture.assign(ingress: [ingress], egress: [fixture.program(.egress)])
        let result = resolved(fixture.tree)
        #expect(
            programs(result).prefix(3) == ["program 0: ingress", "    tier one: chains 0 then drop", "    end: drop"])
        #expect(result.chains[1].rules.isEmpty && result.chains[2].rules.isEmpty)
        #expect(result.chains[1].neverHit.map(\.reason) == [.unreachable])
    }

    @Test func aPassLeadsOn() {
        var fixture = TreeFixture(pods: pods)
        let first = fixture.policy("first", tier: "one", rules: [(.pass, tcp)])
        let second = fixture.policy("second", tier: "two", rules: [(.deny, tcp)])
        let ingress = fixture.program(.ingress, tiers: [("one", [first], true), ("two", [second], true)])
        fixture.assign(ingress: [ingress], egress: [fixture.program(.egress)])
        #expect(resolved(fixture.tree).text == fixture.tree.text)
    }

    @Test func policiesBehindOneThatDecidesAll() {
        var fixture = TreeFixture(pods: pods)
        let open = fixture.policy(
            "open", rules: [(.allow, RuleMatch(families: .v4)), (.deny, RuleMatch(families: .v6))])
        let late = fixture.policy("late", rules: [(.log, tcp), (.deny, tcp)])
        let ingress = fixture.program(.ingress, tiers: [("default", [open, late], true)])
        fixture.assign(ingress: [ingress], egress: [fixture.program(.egress)])
        let result = resolved(fixture.tree)
        #expect(programs(result)[1] == "    tier default: chains 0 decide")
        #expect(result.chains[1].removed.map(\.reason) == [.unreachable, .unreachable])
        #expect(result.sites.count == fixture.tree.sites.count - 3)
    }

    @Test func aChainThatIsReachedSomewhereStays() {
        var fixture = TreeFixture(pods: pods)
        let open = fixture.policy("open", rules: [(.allow, RuleMatch())])
        let late = fixture.policy("late", rules: [(.deny, tcp)])
        let closed = fixture.program(.ingress, tiers: [("default", [open, late], true)])
        let alone = fixture.program(.ingress, tiers: [("default", [late], true)])
        fixture.assign(ingress: [closed, alone], egress: [fixture.program(.egress)])
        #expect(resolved(fixture.tree).chains[1].rules.count == 1)
    }

    @Test func idlePasses() {
        var fixture = TreeFixture(pods: pods)
        let first = fixture.policy(
            "first", tier: "one", rules: [(.deny, tcp), (.log, tcp), (.pass, tcp), (.pass, RuleMatch())])
        let second = fixture.policy("second", tier: "one", rules: [(.pass, tcp)])
        let profile = fixture.profile("p", rules: [(.pass, tcp)])
        let open = fixture.profile("open", rules: [(.allow, tcp), (.pass, RuleMatch())])
        let ingress = fixture.program(
            .ingress, tiers: [("one", [first, second], false)], profiles: [profile, open])
        fixture.assign(ingress: [ingress], egress: [fixture.program(.egress)])
        let result = resolved(fixture.tree)
        #expect(result.chains.map(\.rules.count) == [2, 0, 0, 1])
        #expect(result.chains[0].removed.map(\.reason) == [.passesOnAnyway, .passesOnAnyway])
        #expect(result.chains[0].neverHit.isEmpty)
        #expect(
            programs(result)[1...2] == ["    tier one: chains 0 then next tier", "    profiles: chains 3 then drop"])
    }

    @Test func aPassBeforeADropStays() {
        var fixture = TreeFixture(pods: pods)
        let first = fixture.policy("first", tier: "one", rules: [(.pass, tcp)])
        let second = fixture.policy("second", tier: "one", rules: [(.deny, tcp)])
        let dropping = fixture.program(.ingress, tiers: [("one", [first], true)])
        let before = fixture.program(.ingress, tiers: [("one", [first, second], false)])
        fixture.assign(ingress: [dropping, before], egress: [fixture.program(.egress)])
        #expect(resolved(fixture.tree).text == fixture.tree.text)
    }

    @Test func sharePrograms() {
        var fixture = TreeFixture(pods: pods)
        let policy = fixture.policy("p", rules: [(.allow, tcp)])
        let one = fixture.profile("kns.one", rules: [(.allow, RuleMatch())])
        let two = fixture.profile("kns.two", rules: [(.allow, RuleMatch())])
        let programs = [one, two].map {
            fixture.program(.ingress, tiers: [("default", [policy], true)], profiles: [$0])
        }
        fixture.assign(ingress: programs, egress: [fixture.program(.egress)])
        #expect(TreePass.sharePrograms(fixture.tree).text == fixture.tree.text)
        let result = TreePass.sharePrograms(resolved(fixture.tree))
        #expect(result.verify() == [])
        #expect(result.programs.count == 2)
        #expect(result.endpoints.map(\.ingress) == [ProgramID(0), ProgramID(0)])
        #expect(result.endpoints.map(\.egress) == [ProgramID(1), ProgramID(1)])
    }

    @Test func aLogRuleForAllPacketsClosesNothing() {
        var fixture = TreeFixture(pods: pods)
        let first = fixture.policy("first", rules: [(.log, RuleMatch())])
        let second = fixture.policy("second", rules: [(.deny, tcp)])
        let ingress = fixture.program(.ingress, tiers: [("default", [first, second], true)])
        fixture.assign(ingress: [ingress], egress: [fixture.program(.egress)])
        #expect(resolved(fixture.tree).text == fixture.tree.text)
    }

    @Test func programsThatEndOtherwiseStayApart() {
        var fixture = TreeFixture(pods: pods)
        let policy = fixture.policy("p", rules: [(.allow, tcp)])
        let programs = [true, false].map { fixture.program(.ingress, tiers: [("default", [policy], $0)]) }
        fixture.assign(ingress: programs, egress: [fixture.program(.egress)])
        #expect(TreePass.sharePrograms(fixture.tree).text == fixture.tree.text)
    }
}
