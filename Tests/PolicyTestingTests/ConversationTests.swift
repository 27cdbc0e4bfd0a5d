import Capture
import Classification
import Explain
import Foundation
import KernelVerification
import NetTypes
import NetworkTopology
import PacketDecoding
import TestSupport
import Testing
import TraceReplay
import Workspace

@testable import PolicyTesting

/// The conversations of Tests/Scenarios: packets that meet the connections of the packets before them.
@Suite struct ConversationTests {
    static let scenarios = Scenario.all.filter { !$0.conversations.isEmpty }

    @Test func thereAreConversations() {
        #expect(Self.scenarios.count >= 3)
        #expect(Self.scenarios.allSatisfy { $0.conversations.count >= 7 })
    }

    @Test(arguments: scenarios)
    func replayGivesVerdictStateAndReason(_ scenario: Scenario) throws {
        let inputs = LoadedInputs.load([scenario.manifests.path], recursive: true, whatIf: false)
        for conversation in scenario.conversations {
            let packets = try ConversationPacket.all(of: conversation, in: inputs)
            let rows = Self.replay(packets, inputs.tree)
            try #require(rows.count == packets.count)
            for (row, packet) in zip(rows, packets) {
                let decision = row.outcome.step.map { Decision(inputs.tree, $0) }
                #expect(row.key == packet.key)
                #expect(
                    [row.outcome.verdict.word, row.outcome.state?.word, decision?.code.rawValue]
                        == [packet.step.expect, packet.step.state, packet.step.code],
                    "\(conversation.title), step \(row.frame - 1)")
            }
        }
    }

    private static func replay(_ packets: [ConversationPacket], _ tree: MatchTree) -> [PacketRow] {
        var settings = ReplaySettings()
        settings.listsPackets = true
        var engine = ReplayEngine(tree, linkLayer: .raw, settings: settings)
        let millisecond: Int64 = 1_000_000
        for (index, packet) in packets.enumerated() {
            let frame = CapturedFrame(
                number: index + 1, timestamp: Int64(index) * millisecond, capturedLength: packet.bytes.count,
                originalLength: packet.bytes.count)
            engine.take(frame, packet.bytes.span)
        }
        engine.finish()
        return engine.takeRows()
    }

    @Test(.serialized, .enabled(if: getuid() == 0, "needs root: the kernel judges"), arguments: scenarios)
    func theKernelGivesTheVerdict(_ scenario: Scenario) throws {
        let inputs = LoadedInputs.load([scenario.manifests.path], recursive: true, whatIf: false)
        let cluster = try KernelCluster(inputs.tree)
        for conversation in scenario.conversations {
            let packets = try ConversationPacket.all(of: conversation, in: inputs)
            let verdicts = try cluster.judge(packets).map(\.word)
            #expect(verdicts == packets.map(\.step.expect), "\(conversation.title)")
        }
    }
}

/// Every node of a cluster in the real kernel.
private struct KernelCluster {
    private let topology: Topology
    private let nodes: [KernelNode]

    init(_ tree: MatchTree) throws {
        topology = tree.topology
        nodes = try tree.topology.nodes.indices.map { index in
            let node = try KernelNode(tree.topology.layout(of: NodeIndex(index)))
            try node.load(batch: try NodeBatch.bytes(tree, NodeIndex(index), engine: .kernel))
            return node
        }
    }

    /// What becomes of each packet of a conversation. A packet reaches the second node of its way if the first lets it
    /// through; each node sees anew, for each packet, everything that reached it before.
    func judge(_ packets: [ConversationPacket]) throws -> [Verdict] {
        var reached: [[Injection]] = Array(repeating: [], count: nodes.count)
        return try packets.map { packet in
            for visit in topology.visits(from: packet.key.source, to: packet.key.destination) {
                let origin = topology.interfaceName(visit.from).map { Injection.Origin.interface($0) } ?? .local
                let node = visit.node.value
                reached[node].append(Injection(origin, packet.bytes))
                let seen = try nodes[node].observe(conversations: [reached[node]])
                guard seen.last?.last?.verdict == .accept else { return .drop }
            }
            return .accept
        }
    }
}
