import Matching
import NetTypes
import NetworkTopology

/// Packets of which the snapshot length cut off what policy or connection tracking looks at: decided where every
/// value of the missing bytes leads to the same verdict.
extension PacketJudge {
    /// - Parameter states: the connection states that the packet could have; `nil`: any.
    func judgeCut(_ packet: PacketFacts, _ itinerary: Itinerary, states: [FlowState]?) -> PacketOutcome {
        let states = options.isStateless ? [.new] : states ?? [.new, .established, .invalid]
        var common: PacketOutcome?
        for state in states {
            guard let outcome = judgeCut(packet, itinerary, state: state) else { return .undecided(.cut) }
            if let common, common.verdict != outcome.verdict { return .undecided(.cut) }
            common = common ?? outcome
        }
        guard var outcome = common else { return .undecided(.cut) }
        if states.count > 1 { outcome.state = nil }
        return outcome
    }

    /// The states that a packet whose ports are readable, but not what its tracker looks at, could have.
    mutating func possibleStates(_ key: FlowKey, _ itinerary: Itinerary, time: Int64) -> [FlowState]? {
        guard key.transport == .ports else { return nil }
        for index in 0..<itinerary.count {
            if let visit = itinerary[index], flows.knows(key, at: visit.node, time: time) { return nil }
        }
        return [.new, .invalid]
    }

    private func judgeCut(_ packet: PacketFacts, _ itinerary: Itinerary, state: FlowState) -> PacketOutcome? {
        var outcome: PacketOutcome?
        for index in 0..<itinerary.count {
            guard let visit = itinerary[index],
                let judgement = judgement(visit, packet, state: state)
            else { return nil }
            let accepts = judgement.verdict == .accept
            outcome = PacketOutcome(verdict: accepts ? .allow : .deny, state: state, step: judgement.decidingStep)
            guard accepts else { break }
        }
        return outcome
    }

    private func judgement(_ visit: Visit, _ packet: PacketFacts, state: FlowState) -> Judgement? {
        let matcher = domains?.matcher(at: visit.node) ?? matcher
        guard packet.isTransportCut else { return matcher.judge(visit, packet.key, state: state) }
        guard packet.isProtocolCut else { return matcher.judgeWithoutTransport(visit, packet.key, state: state) }
        // Without the protocol any rule may match: certain is only what asks no policy.
        let judgement = matcher.judge(visit, packet.key, state: state)
        let askedPolicy = judgement.steps.contains { $0.fixedSite == nil }
        return askedPolicy ? nil : judgement
    }
}
