import Classification
import Explain
import Foundation
import KernelVerification
import Matching
import NetTypes
import NetworkTopology
import PacketDecoding
import Testing
import TraceReplay
import Workspace

@testable import PolicyTesting

/// Packets of one connection, each meeting the connection tracking state that the earlier ones left behind; policy may
/// change on the way.
struct TrapConversation {
    /// A packet of the connection.
    enum Step {
        /// A SYN, or the first datagram.
        case opens
        /// A SYN-ACK, or a datagram back.
        case answers
        /// What the opener sends behind the answer.
        case goesOn
    }

    /// Some steps under one set of policies.
    struct Part {
        var cluster: TrapCluster
        var steps: [Step]

        init(_ cluster: TrapCluster, _ steps: Step...) {
            self.cluster = cluster
            self.steps = steps
        }
    }

    /// The opening packet, as `TrapCluster.passing` takes it; its destination is not translated.
    let packet: String

    init(_ packet: String) { self.packet = packet }

    /// Whether each step passes: in every engine alike, else an issue is recorded.
    func passes(_ parts: Part...) throws -> [Bool] {
        for part in parts { #expect(part.cluster.errors == []) }
        let expected = try passes(parts, by: .reference)
        for engine in TrapCluster.engines {
            let found = engine == .kernel ? try passesInTheKernel(parts) : try passes(parts, by: engine)
            #expect(found == expected, "\(engine.rawValue)")
        }
        return expected
    }

    // MARK: Packets

    /// One step as it enters each node on its way.
    private struct Passage {
        var bytes: [UInt8]
        var legs: [Leg]
    }

    private func passage(_ step: Step, _ cluster: TrapCluster) throws -> Passage {
        let plan = try cluster.query(packet).plan(cluster.inputs.tree)
        guard case .packets(let packets) = plan, let opening = packets.first else {
            throw QueryError(message: "\(packet) opens no connection between two ends")
        }
        var options = PacketOptions()
        switch step {
        case .opens: break
        case .answers:
            options.tcpFlags = [.syn, .ack]
            (options.tcpSequence, options.tcpAcknowledgement) = (2000, 2)
        case .goesOn:
            options.tcpFlags = .ack
            (options.tcpSequence, options.tcpAcknowledgement) = (2, 2001)
        }
        let legs = step == .answers ? Topology.answer(opening.legs) : opening.legs
        let key = try #require(legs.first).key
        return Passage(bytes: try PacketEncoding.packet(key, options), legs: legs)
    }

    // MARK: Engines

    /// Tracking is done here.
    private func passes(_ parts: [Part], by name: EngineName) throws -> [Bool] {
        var flows = FlowTable(capacity: 16)
        return try parts.flatMap { part in
            var engine = try name.make(part.cluster.inputs)
            return try part.steps.map { try passes(try passage($0, part.cluster), &flows, &engine) }
        }
    }

    private func passes(_ passage: Passage, _ flows: inout FlowTable, _ engine: inout any VerdictEngine) throws -> Bool
    {
        let facts = try #require(PacketFacts(packet: passage.bytes)?.connection)
        for leg in passage.legs {
            let tracking = flows.begin(leg.key, facts, at: leg.visit.node, time: 0)
            let request = EngineRequest(visit: leg.visit, key: leg.key, state: tracking.state)
            let answer = try #require(try engine.judge([request]).first)
            guard answer.verdict == .accept else { return false }
            if !answer.isUntracked { flows.confirm(tracking, time: 0) }
        }
        return true
    }

    /// The kernel tracks; each part replaces the rules while the connection goes on.
    private func passesInTheKernel(_ parts: [Part]) throws -> [Bool] {
        var nodes: [Int: KernelNode] = [:]
        return try parts.flatMap { part in
            let tree = part.cluster.inputs.tree
            var changed: Set<Int> = []
            return try part.steps.map { step in
                let passage = try passage(step, part.cluster)
                for leg in passage.legs {
                    let index = leg.visit.node
                    let node = try nodes[index.value] ?? KernelNode(tree.topology.layout(of: index))
                    nodes[index.value] = node
                    if changed.insert(index.value).inserted {
                        try node.load(batch: try NodeBatch.bytes(tree, index, engine: .kernel))
                    }
                    let origin =
                        tree.topology.interfaceName(leg.visit.from).map { Injection.Origin.interface($0) } ?? .local
                    let seen = try node.observe(continuing: [Injection(origin, passage.bytes)])
                    guard seen.first?.verdict == .accept else { return false }
                }
                return true
            }
        }
    }
}
