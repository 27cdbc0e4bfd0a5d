import CaseGeneration
import Classification
import Matching
import NetTypes
import NetworkTopology
import PolicyCompiler
import PolicyIR
import Testing
import Workspace

/// What is compiled for one node alone decides as the whole tree does for that node's endpoints.
@Suite struct NodeCompileTests {
    @Test(arguments: [UInt64](1...12)) func decidesAsTheWholeTree(_ seed: UInt64) {
        let inputs = PolicyGenerator.policySet(seed: seed).load()
        let (tree, whole) = (inputs.tree, Matcher(inputs.tree))
        let lowered = MatchTree.compile(inputs.cluster, passes: [])
        let packets = PacketGenerator(inputs).packets(40, seed: seed)
        for node in tree.topology.nodes.indices.map(NodeIndex.init) {
            let part = MatchTree.compile(inputs.cluster.view(of: node))
            #expect(part.verify() == [])
            // As lowered: passes find more where less is left.
            let loweredPart = MatchTree.compile(inputs.cluster.view(of: node), passes: [])
            #expect(loweredPart.statistics == lowered.view(of: node).statistics)
            let matcher = Matcher(part)
            let own = tree.topology.endpoints.indices.filter { tree.topology.endpoints[$0].node == node }
            #expect(part.topology.endpoints == own.map { tree.topology.endpoints[$0] })
            for (new, old) in own.enumerated() {
                for packet in packets {
                    for (before, after) in [
                        (tree.endpoints[old].ingress, part.endpoints[new].ingress),
                        (tree.endpoints[old].egress, part.endpoints[new].egress),
                    ] {
                        let (left, right) = (whole.classify(before, packet.key), matcher.classify(after, packet.key))
                        #expect(left.verdict == right.verdict)
                        #expect(left.site.map(tree.cause) == right.site.map(part.cause))
                    }
                }
            }
        }
    }
}
