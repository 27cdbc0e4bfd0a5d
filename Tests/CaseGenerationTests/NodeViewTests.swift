import CaseGeneration
import Classification
import Matching
import NetTypes
import NetworkTopology
import Testing
import Workspace

/// A node's view of a tree decides as the whole tree does for that node's endpoints, and holds nothing else.
@Suite struct NodeViewTests {
    @Test(arguments: [UInt64](1...12)) func decidesAsTheWholeTree(_ seed: UInt64) {
        let inputs = PolicyGenerator.policySet(seed: seed).load()
        let (tree, whole) = (inputs.tree, Matcher(inputs.tree))
        let packets = PacketGenerator(inputs).packets(60, seed: seed)
        for node in tree.topology.nodes.indices.map(NodeIndex.init) {
            let view = tree.view(of: node)
            #expect(view.verify() == [])
            let own = tree.topology.endpoints.indices.filter { tree.topology.endpoints[$0].node == node }
            #expect(view.endpoints.count == own.count)
            let part = Matcher(view)
            for (new, old) in own.enumerated() {
                for packet in packets {
                    let before = whole.classify(tree.endpoints[old].ingress, packet.key)
                    let after = part.classify(view.endpoints[new].ingress, packet.key)
                    #expect(before.verdict == after.verdict)
                    #expect(before.site.map(tree.cause) == after.site.map(view.cause))
                }
            }
        }
    }
}
