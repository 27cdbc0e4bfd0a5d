import CaseGeneration
import Classification
import Matching
import NetTypes
import NetworkTopology
import PolicyCompiler
import PolicyTesting
import TestSupport
import Testing
import Workspace

/// The passes decide as no pass does, on generated clusters: verdict, deciding rule, log lines and packets that are cut.
@Suite struct OptimizationTests {
    private static let seeds: Range<UInt64> = 0..<26
    private static let packetsPerSet = 100

    @Test(
        "Each pass changes no decision, alone or in its place, and does something", arguments: TreePass.all.map(\.name))
    func alone(_ name: String) throws {
        let pass = try #require(TreePass.all.first { $0.name == name })
        var fired = 0
        for seed in Self.seeds {
            let inputs = PolicyGenerator.policySet(seed: seed).load()
            let earlier = seed % 2 == 0 ? [] : Array(TreePass.all.prefix { $0.name != name })
            let before = MatchTree.compile(inputs.cluster, passes: earlier)
            let after = pass(before)
            #expect(after.verify() == [], "seed \(seed)")
            let isStable = pass(after).text == after.text
            #expect(isStable, "seed \(seed): a second run changes something")
            expectNoLarger(after.statistics, than: before.statistics, seed)
            if after.text != before.text { fired += 1 }
            expectSameDecisions(before, after, inputs, seed)
        }
        print("\(name): changed \(fired) of \(Self.seeds.count) trees")
        #expect(fired >= 4, "the generator makes too little for this pass")
    }

    @Test("All passes in their order change no decision, and find nothing the second time", arguments: [0, 1])
    func together(_ part: UInt64) {
        for seed in (1_000 + part * 30)..<(1_030 + part * 30) {
            let inputs = PolicyGenerator.policySet(seed: seed).load()
            let before = MatchTree.compile(inputs.cluster, passes: [])
            let after = before.optimized()
            #expect(after.text == inputs.tree.text, "seed \(seed)")
            let busy = TreePass.all.filter { $0(after).text != after.text }
            #expect(busy.map(\.name) == [], "seed \(seed): a second run changes something")
            expectNoLarger(after.statistics, than: before.statistics, seed)
            expectSameDecisions(before, after, inputs, seed)
        }
    }

    @Test("Any passes in any order change no decision", arguments: [0, 1])
    func subsets(_ part: UInt64) {
        for seed in (2_000 + part * 30)..<(2_030 + part * 30) {
            var random = SeededGenerator(seed: seed)
            let passes = TreePass.all.shuffled(using: &random).filter { _ in Bool.random(using: &random) }
            let inputs = PolicyGenerator.policySet(seed: seed).load()
            let before = MatchTree.compile(inputs.cluster, passes: [])
            let after = before.optimized(by: passes)
            #expect(after.verify() == [], "seed \(seed)")
            expectSameDecisions(before, after, inputs, seed)
        }
    }

    @Test("What is left out is told of, once")
    func removedRulesAreRemembered() {
        for seed in Self.seeds {
            let inputs = PolicyGenerator.policySet(seed: seed).load()
            let before = MatchTree.compile(inputs.cluster, passes: [])
            for (old, new) in zip(before.chains, inputs.tree.chains) {
                #expect(old.owner == new.owner && old.rules.count == new.rules.count + new.removed.count)
                let left = Set((new.rules.map(\.manifestIndex) + new.removed.map(\.manifestIndex)))
                #expect(left == Set(old.rules.map(\.manifestIndex)), "seed \(seed)")
                let logs = old.rules.count { $0.action == .log }
                let kept = new.rules.count { $0.action == .log }
                #expect(logs == kept || new.removed.contains { $0.reason == .unreachable }, "seed \(seed)")
            }
        }
    }

    // MARK: Comparison

    private func expectNoLarger(_ after: TreeStatistics, than before: TreeStatistics, _ seed: UInt64) {
        for (old, new) in zip(before.rows, after.rows) {
            #expect(new.value <= old.value, "seed \(seed): \(new.name)")
        }
    }

    private func expectSameDecisions(
        _ before: MatchTree, _ after: MatchTree, _ inputs: LoadedInputs, _ seed: UInt64
    ) {
        let (old, new) = (Matcher(before), Matcher(after))
        let packets = PacketGenerator(inputs).packets(Self.packetsPerSet, seed: seed)
        for packet in packets {
            guard let request = packet.request(before.topology) else { continue }
            let (visit, key) = (request.visit, request.key)
            let expected = old.judge(visit, key, state: request.state)
            let found = new.judge(visit, key, state: request.state)
            #expect(steps(found, after) == steps(expected, before), "seed \(seed): \(packet)")
            let cut = FlowKey(
                source: key.source, destination: key.destination, proto: key.proto, transport: .unreadable)
            if let expected = old.judgeWithoutTransport(visit, cut, state: request.state) {
                // Fewer rules may leave fewer doubts, never more: a stage that was passed over may be decided now.
                let found = new.judgeWithoutTransport(visit, cut, state: request.state)
                #expect(found?.verdict == expected.verdict, "seed \(seed): \(packet), cut")
                let isDecided = expected.steps.allSatisfy { $0.fixedSite != .notPoliced || $0.asked == .nothing }
                let isSame = found.map { steps($0, after) } == steps(expected, before)
                #expect(isSame || !isDecided, "seed \(seed): \(packet), cut")
            }
            for endpoint in before.endpoints.indices.prefix(2) {
                let expected = logs(old, before, before.endpoints[endpoint].ingress, key)
                #expect(logs(new, after, after.endpoints[endpoint].ingress, key) == expected, "seed \(seed): \(packet)")
            }
        }
    }

    private func steps(_ judgement: Judgement, _ tree: MatchTree) -> [DecisionStep] {
        judgement.steps.map { step in
            DecisionStep(
                verdict: step.accepts ? .accept : .drop, direction: step.direction, endpoint: step.endpoint?.value,
                hostEndpoint: step.hostEndpoint?.value, stage: step.stage, cause: tree.cause(of: step.site))
        }
    }

    private func logs(_ matcher: Matcher, _ tree: MatchTree, _ program: ProgramID, _ key: FlowKey) -> [DecisionCause] {
        var causes: [DecisionCause] = []
        matcher.forEachLog(program, key) { causes.append(tree.cause(of: $0)) }
        return causes
    }
}
