import CaseGeneration
import Classification
import Diagnostics
import NetTypes
import NetworkTopology
import PolicyCompiler
import PolicyIR
import PolicyTesting
import Testing
import Workspace

/// What leaves policies out before compiling says the same as what doesn't.
@Suite struct LeanCompileTests {
    /// Resolving for one node makes, rule for rule, the tree of the whole cluster's view.
    @Test(arguments: [UInt64](1...20)) func resolvingForOneNodeIsItsView(_ seed: UInt64) {
        let inputs = PolicyGenerator.policySet(seed: seed).load()
        for node in inputs.tree.topology.nodes.indices {
            var options = ResolveOptions(whatIf: false)
            let whole = ResolvedCluster.resolve(inputs.snapshot, options: options).cluster
            options.node = whole.topology.nodes[node].name
            let lean = ResolvedCluster.resolve(inputs.snapshot, options: options).cluster
            let expected = whole.view(of: NodeIndex(node))
            #expect(lean.topology.endpoints == expected.topology.endpoints)
            #expect(lean.topology.hostEndpoints == expected.topology.hostEndpoints)
            #expect(lean.objects.map(\.name) == expected.objects.map(\.name))
            #expect(lean.objects.map(\.prefixes) == expected.objects.map(\.prefixes))
            #expect(MatchTree.compile(lean).text == MatchTree.compile(expected).text)
        }
    }

    /// It does leave policies out, where nothing is staged.
    @Test func resolvingForOneNodeLeavesPoliciesOut() {
        var left = 0
        for seed in UInt64(1)...20 {
            let inputs = PolicyGenerator.policySet(seed: seed).load()
            let whole = ResolvedCluster.resolve(inputs.snapshot, options: ResolveOptions(whatIf: false)).cluster
            for node in whole.topology.nodes {
                var options = ResolveOptions(whatIf: false)
                options.node = node.name
                let lean = ResolvedCluster.resolve(inputs.snapshot, options: options).cluster
                left += whole.tiers.map(\.policies.count).reduce(0, +) - lean.tiers.map(\.policies.count).reduce(0, +)
            }
        }
        #expect(left > 10)
    }

    /// Questions about two pods have the same answers and steps when their policies alone were compiled.
    @Test(arguments: [UInt64](1...12)) func restrictedToTwoEndsAnswersAlike(_ seed: UInt64) throws {
        let inputs = PolicyGenerator.policySet(seed: seed).load()
        var whole = try EngineName.matcher.make(inputs)
        let topology = inputs.tree.topology
        for packet in PacketGenerator(inputs).packets(25, seed: seed) {
            let visits = topology.visits(from: packet.key.source, to: packet.key.destination)
            var ends: Set<EndpointIndex> = []
            for visit in visits {
                for case .workload(let endpoint) in [visit.from, visit.to] { ends.insert(endpoint) }
            }
            let lean = inputs.compiled(for: ends)
            #expect(lean.tree.verify() == [])
            var engine = try EngineName.matcher.make(lean, comparesTables: false)
            let requests = visits.map { EngineRequest(visit: $0, key: packet.key, state: .new) }
            for (a, b) in zip(try whole.judge(requests), try engine.judge(requests)) {
                #expect(a.verdict == b.verdict)
                #expect(a.steps == b.steps)
            }
        }
    }
}
