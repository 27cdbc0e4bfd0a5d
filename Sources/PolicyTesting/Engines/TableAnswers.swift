import Classification
import Matching
import NetTypes
import NetworkTopology

/// What decision tables say of requests: one packet at a time and in batches, by every instruction set of this CPU.
///
/// Tables answer for a new packet between its ends; a request is about one node on the way. They are asked where the
/// node's part follows from the addresses alone.
struct TableAnswers {
    private let tables: [DecisionTables]
    private let topology: Topology

    init(_ tree: MatchTree) {
        let scalar = DecisionTables(tree, instructionSet: .scalar)
        tables = DecisionTables.InstructionSet.available.map { scalar.running(on: $0) }
        topology = tree.topology
    }

    /// Per request the steps that each way of asking comes to; none where the tables leave it to rule lists.
    func steps(_ requests: [EngineRequest]) -> [[[Step]]] {
        let keys = requests.map(\.key)
        // With a cache, the second time out of it.
        let batches = tables.flatMap { tables in
            let cache = tables.makeCache()
            return [tables.classify(keys), tables.classify(keys, cache: cache), tables.classify(keys, cache: cache)]
        }
        return requests.indices.map { index in
            let request = requests[index]
            guard isPlain(request) else { return [] }
            let single = tables[0].classify(request.key)
            return ([single] + batches.map { $0[index] }).compactMap { steps(request, $0) }
        }
    }

    private func isPlain(_ request: EngineRequest) -> Bool {
        let key = request.key
        return request.state == .new && request.visit == topology.visit(request.visit.node, key.source, key.destination)
            && topology.visits(from: key.source, to: key.destination).contains(request.visit)
    }

    /// The steps at the request's node; `nil` where the tables can't tell.
    private func steps(_ request: EngineRequest, _ answer: DecisionTables.Answer) -> [Step]? {
        guard !answer.egress.needsEvaluation, !answer.ingress.needsEvaluation else { return nil }
        var steps: [Step] = []
        if case .workload(let source) = request.visit.from {
            guard let step = step(answer.egress, source, .egress) else { return nil }
            steps.append(step)
            guard answer.egress.accepts else { return steps }
        }
        if case .workload(let destination) = request.visit.to {
            // Nothing is said of the receiver when the sender's policy denies the packet.
            guard let step = step(answer.ingress, destination, .ingress) else { return nil }
            steps.append(step)
        }
        return steps.isEmpty ? nil : steps
    }

    private func step(_ entry: TableEntry, _ endpoint: EndpointIndex, _ direction: Direction) -> Step? {
        entry.site.map {
            Step($0, at: .workload(Int32(truncatingIfNeeded: endpoint.value)), direction, accepts: entry.accepts)
        }
    }
}
