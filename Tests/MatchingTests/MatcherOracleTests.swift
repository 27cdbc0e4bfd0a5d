import Classification
import Matching
import NetTypes
import NetworkTopology
import TestSupport
import Testing
import TreeFixtures

@Suite struct MatcherOracleTests {
    /// The frozen form decides as the tree reads, on random programs and packets. The seed stands in the failure.
    @Test(arguments: 1...60) func frozenProgramsDecideAsTheTreeReads(_ seed: UInt64) {
        var worlds = RandomTrees(seed: seed)
        let tree = worlds.tree()
        let matcher = Matcher(tree)
        let oracle = TreeOracle(tree)
        for _ in 0..<400 {
            let key = worlds.key()
            for program in tree.programs.indices.map(ProgramID.init) {
                let expected = oracle.classify(program, key)
                let found = matcher.classify(program, key)
                #expect(found.site == expected.site, "seed \(seed), program \(program.value), \(key)")
                #expect((found.verdict == .accept) == expected.accepts)
            }
        }
    }

    /// A packet without its transport header is decided only if every header it could have had leads there.
    @Test(arguments: 1...60) func withoutTransportNoPossibleHeaderDecidesOtherwise(_ seed: UInt64) throws {
        var worlds = RandomTrees(seed: seed)
        var tree = worlds.tree()
        var builder = TreeBuilder()
        let node = builder.node("n", "192.0.2.1")
        for program in tree.programs.indices.map(ProgramID.init) {
            builder.pod(
                "ns/p\(program.value)", on: node, ["10.9.0.\(program.value)"], ingress: program, egress: program)
        }
        let world = builder.build()
        tree.topology = world.topology
        tree.endpoints = world.endpoints
        tree.nodeSettings = world.nodeSettings
        let matcher = Matcher(tree)
        var decided = 0
        for _ in 0..<60 {
            var key = worlds.key()
            guard key.transport == .ports else { continue }
            key.transport = .unreadable
            for endpoint in tree.endpoints.indices {
                let visit = Visit(
                    node: node, from: .outside(interface: "eth0"), to: .workload(EndpointIndex(endpoint)))
                guard let judged = matcher.judgeWithoutTransport(visit, key, state: .new) else { continue }
                decided += 1
                for ports in [(0, 0), (1, 53), (53, 80), (79, 81), (65535, 443), (80, 79), (443, 65535), (81, 52)] {
                    var whole = key
                    whole.transport = .ports
                    (whole.sourcePort, whole.destinationPort) = (UInt16(ports.0), UInt16(ports.1))
                    #expect(
                        matcher.judge(visit, whole, state: .new).verdict == judged.verdict, "seed \(seed), \(whole)")
                }
            }
        }
        #expect(decided > 0)
    }
}
