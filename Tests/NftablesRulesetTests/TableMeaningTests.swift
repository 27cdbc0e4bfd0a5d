import Classification
import MatchTreeFixtures
import NetTypes
import NetworkTopology
import TestSupport
import Testing

@testable import NftablesRuleset

/// The table decides every packet as the tree does, at the same place.
@Suite struct TableMeaningTests {
    @Test(arguments: 1000..<1060) func randomTreesAndPackets(seed: UInt64) throws {
        let tree = RandomTree.tree(seed: seed)
        let evaluator = TreeEvaluator(tree: tree)
        let cluster = TableEvaluator(try NftTable(tree))
        let nodes = try tree.topology.nodes.indices.map {
            TableEvaluator(try NftTable(tree, view: .node(NodeIndex($0))))
        }
        var random = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            var packet = PacketSample.random(&random)
            let node = NodeIndex(Int.random(in: 0..<nodes.count, using: &random))
            let visit = Visit(
                node: node, from: attachment(tree, node, &random), to: attachment(tree, node, &random))
            packet.inputInterface = interface(visit.from, tree)
            packet.outputInterface = interface(visit.to, tree)
            // Packets of the node itself meet neither hook; between outside and the node nothing is asked.
            guard visit.from != .host else { continue }
            let hook: NftChain.Hook = visit.to == .host ? .input : .forward
            let expected = evaluator.decision(packet, visit)
            for table in [cluster, nodes[node.value]] {
                let (decision, logs) = table.decision(packet, hook: hook)
                #expect(decision == expected, "seed \(seed): \(packet)")
                #expect(Set(logs).count == logs.count || visit.from == visit.to, "seed \(seed): \(packet) logged twice")
            }
        }
    }

    private func attachment(
        _ tree: MatchTree, _ node: NodeIndex, _ random: inout SeededGenerator
    ) -> NetworkTopology.Attachment {
        let local = tree.topology.endpoints.indices.filter { tree.topology.endpoints[$0].node == node }
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return .host
        case 1: return .outside(interface: "eth0")
        case 2: return .unknownWorkload(interface: "calix")
        default:
            return local.randomElement(using: &random).map { .workload(EndpointIndex($0)) }
                ?? .outside(interface: "eth0")
        }
    }

    private func interface(_ attachment: NetworkTopology.Attachment, _ tree: MatchTree) -> String? {
        switch attachment {
        case .workload(let index): tree.topology.endpoints[index.value].interface
        case .unknownWorkload(let name), .outside(let name): name
        case .host: nil
        }
    }
}
