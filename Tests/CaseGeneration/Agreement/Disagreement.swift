import Explain
import NetTypes
import NetworkTopology
import PolicyIR
public import PolicyTesting
import Workspace

/// A case on which an engine and the reference evaluator differ.
public struct Disagreement: Sendable {
    public var seed: UInt64
    public var set: Int
    /// Number of the packet in its set, from 0.
    public var number: Int
    public var packet: CasePacket
    public var policies: PolicySet
    public var engine: EngineName
    /// The reference evaluator's.
    public var expected: EngineAnswer
    public var found: EngineAnswer

    /// `seed S set N case M`: what repeats it.
    public var name: String { "seed \(seed) set \(set) case \(number)" }

    /// The case, both answers, and the reference evaluator's walk.
    public var lines: [String] {
        let inputs = policies.load()
        let topology = inputs.cluster.topology
        func text(_ answer: EngineAnswer) -> String {
            ([answer.verdict.word] + (answer.steps ?? []).map { $0.text(topology) }).joined(separator: "; ")
        }
        var lines = [
            "\(name): \(packet)", "  reference: \(text(expected))", "  \(engine.rawValue): \(text(found))",
        ]
        guard let request = packet.request(topology) else { return lines }
        lines.append("  \(request.visit.text(topology))")
        let judgement = ReferenceEvaluator(inputs.cluster).judge(request.visit, request.key, state: request.state)
        lines += judgement.walk.lines(inputs.sources).map { "  " + $0 }
        return lines
    }
}

extension DecisionStep {
    fileprivate func text(_ topology: Topology) -> String {
        let end = endpoint.map { "\(direction?.word ?? "") of \(topology.endpoints[$0].name): " } ?? ""
        return "\(end)\(verdict.word) by \(cause)"
    }
}

extension Visit {
    fileprivate func text(_ topology: Topology) -> String {
        func text(_ attachment: Attachment) -> String {
            switch attachment {
            case .workload(let index): topology.endpoints[index.value].name
            case .unknownWorkload(let interface): "unknown pod interface \(interface)"
            case .host: "the node itself"
            case .outside(let interface): interface
            }
        }
        return "at \(topology.nodes[node.value].name), from \(text(from)) to \(text(to))"
    }
}
