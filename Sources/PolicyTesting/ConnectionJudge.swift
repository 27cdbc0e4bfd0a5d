public import Classification
public import Explain
public import NetTypes
public import NetworkTopology

/// One packet of a question with what became of it.
public struct JudgedPacket: Sendable {
    public var packet: ConnectionQuery.Packet
    public var verdict: Verdict
    /// Over all nodes on the way, up to the denial; `nil` from an engine that sees only whether packets get through.
    public var steps: [DecisionStep]?
    /// The node visit that decided; `nil` when no emulated node sees the packet.
    public var decidingVisit: Visit?
}

/// The answer to a question: one packet, or one per backend of a service.
public enum ConnectionAnswer: Sendable {
    case samePod
    case serviceWithoutBackends(String)
    case judged([JudgedPacket])

    /// `nil` when the backends of a service differ.
    public var verdict: Verdict? {
        switch self {
        case .samePod: return .accept
        case .serviceWithoutBackends: return .drop
        case .judged(let packets):
            let verdicts = Set(packets.map(\.verdict))
            return verdicts.count == 1 ? verdicts.first : nil
        }
    }
}

extension JudgedPacket {
    /// The reason of the end that decided; `nil` from engines that see only whether packets get through.
    public func reason(_ tree: MatchTree) -> Reason? {
        guard let steps else { return nil }
        guard let step = steps.last else { return Reason(code: .noEndpoint, verdict: .accept) }
        var reason = tree.reason(for: step)
        if let rule = tree.rule(behind: step) {
            reason.domain = tree.domainRecord(of: packet.key.destination, at: rule.site)
        }
        return reason
    }
}

extension ConnectionAnswer {
    /// The reason of a single answer, or of a service's first backend.
    public func reason(_ tree: MatchTree) -> Reason? {
        switch self {
        case .samePod: Reason(code: .samePod, verdict: .accept)
        case .serviceWithoutBackends: Reason(code: .noBackend, verdict: .drop)
        case .judged(let packets): packets.first.flatMap { $0.reason(tree) }
        }
    }
}

/// Puts questions to an engine: translation and path first, then node after node until one drops.
public enum ConnectionJudge {
    /// Answers many questions in few calls of the engine: one per hop, since each hop is asked only about what the one
    /// before let through.
    public static func answer(
        _ queries: [ConnectionQuery], tree: MatchTree, engine: inout any VerdictEngine
    ) throws(EngineError) -> [Result<ConnectionAnswer, QueryError>] {
        var plans: [Result<ConnectionQuery.Plan, QueryError>] = []
        for query in queries {
            do throws(QueryError) {
                plans.append(.success(try query.plan(tree)))
            } catch {
                plans.append(.failure(error))
            }
        }
        var judged = plans.map { plan -> [JudgedPacket] in
            guard case .success(.packets(let packets)) = plan else { return [] }
            return packets.map { JudgedPacket(packet: $0, verdict: .accept, steps: [], decidingVisit: nil) }
        }
        try judgeHops(&judged, &engine)
        return zip(plans, judged).map { plan, packets in
            plan.map { plan in
                switch plan {
                case .samePod: .samePod
                case .serviceWithoutBackends(let name): .serviceWithoutBackends(name)
                case .packets: .judged(packets)
                }
            }
        }
    }

    private static func judgeHops(_ judged: inout [[JudgedPacket]], _ engine: inout any VerdictEngine)
        throws(EngineError)
    {
        var hop = 0
        while true {
            var places: [(query: Int, packet: Int)] = []
            var requests: [EngineRequest] = []
            for query in judged.indices {
                for packet in judged[query].indices {
                    let legs = judged[query][packet].packet.legs
                    guard judged[query][packet].verdict == .accept, hop < legs.count else { continue }
                    places.append((query, packet))
                    requests.append(EngineRequest(visit: legs[hop].visit, key: legs[hop].key, state: .new))
                }
            }
            guard !requests.isEmpty else { return }
            for (place, (request, answer)) in zip(places, zip(requests, try engine.judge(requests))) {
                judged[place.query][place.packet].verdict = answer.verdict
                judged[place.query][place.packet].decidingVisit = request.visit
                let before = judged[place.query][place.packet].steps
                judged[place.query][place.packet].steps = answer.steps.flatMap { new in before.map { $0 + new } }
            }
            hop += 1
        }
    }
}
