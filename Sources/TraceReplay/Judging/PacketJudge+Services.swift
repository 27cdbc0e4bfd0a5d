import Classification
import Matching
import NetTypes
import NetworkTopology

/// What kube-proxy does to packets of services, undone and redone: policy sees the backend's address in both
/// directions, the capture may show either.
///
/// Which backend kube-proxy picked for a connection is known once that connection was answered, by the backend's own
/// address or by the service's. Until then each backend is judged, and each that lets the packet pass is remembered.
extension PacketJudge {
    /// `nil` when the packet is of no service: judge it as it is.
    mutating func judgeTranslated(_ packet: PacketFacts, time: Int64) -> PacketOutcome? {
        guard !services.entries.isEmpty else { return nil }
        if case .icmpError(let quoted, let identifier)? = packet.connection {
            return judgeError(packet, about: quoted, identifier: identifier, time: time)
        }
        if book.isService(packet.key.destination), let entry = services.entry(for: packet.key) {
            return judge(packet, toward: entry, time: time)
        }
        return book.isService(packet.key.source) ? judgeAnswer(packet, time: time) : nil
    }

    private mutating func judge(
        _ packet: PacketFacts, toward entry: ServiceTable.Entry, time: Int64
    ) -> PacketOutcome? {
        var candidates = topology.backends(of: entry, packet.key)
        guard !candidates.isEmpty else { return judgeWithoutBackends(packet, time: time) }
        if !options.isStateless, candidates.count > 1 {
            let answered = candidates.filter { backend in
                legs(packet.key, backend, entry).contains { isAnswered($0, time: time) }
            }
            if !answered.isEmpty { candidates = answered }
        }
        var outcomes: [BackendOutcome] = []
        var first: PacketOutcome?
        for backend in candidates {
            let legs = legs(packet.key, backend, entry)
            guard !legs.isEmpty else { return nil }
            let outcome = judge(packet, along: legs, time: time)
            // Connection tracking gives an invalid packet no connection, so nobody translates it.
            if outcome.state == .invalid {
                forgetHops()
                return nil
            }
            first = first ?? outcome
            outcomes.append(BackendOutcome(backend: backend, verdict: outcome.verdict, step: outcome.step))
        }
        guard var result = first else { return nil }
        if outcomes.contains(where: { $0.verdict != result.verdict }) {
            result = .undecided(.backends, state: first?.state)
        }
        result.backends = outcomes
        return result
    }

    /// The emulated part of a packet's way to a backend.
    private func legs(
        _ key: FlowKey, _ backend: ServiceTable.Backend, _ entry: ServiceTable.Entry
    ) -> [Leg] {
        let legs = topology.legs(key, to: backend, of: entry)
        guard let node = options.node else { return legs }
        let own = legs.filter { $0.visit.node == node }
        // A node that is emulated alone translates what no other one is known to have translated.
        guard own.isEmpty, topology.owner(of: key.source) == .outside, topology.owner(of: key.destination) == .outside
        else { return own }
        return topology.legs(key, to: backend, of: entry, at: node).filter { $0.visit.node == node }
    }

    private mutating func judge(_ packet: PacketFacts, along legs: [Leg], time: Int64) -> PacketOutcome {
        var outcome = PacketOutcome.none(.elsewhere)
        for leg in legs {
            guard !packet.isTransportCut, let connection = packet.connection ?? statelessFacts else {
                var translated = packet
                translated.key = leg.key
                return judge(translated, from: leg.key.source, to: leg.key.destination, time: time)
            }
            guard judge(leg.visit, leg.key, connection, time: time, &outcome) else { break }
        }
        return outcome
    }

    private var statelessFacts: ConnectionFacts? { options.isStateless ? .other : nil }

    /// kube-proxy rejects what opens a connection to a service without backends; all else goes on untranslated.
    private mutating func judgeWithoutBackends(_ packet: PacketFacts, time: Int64) -> PacketOutcome? {
        let key = packet.key
        let itinerary = Itinerary(book, from: key.source, to: key.destination, only: options.node)
        guard let visit = itinerary[0], let connection = packet.connection else { return nil }
        let state =
            options.isStateless ? .new : flows.begin(key, connection, at: visit.node, time: time).state
        guard state == .new else { return nil }
        return PacketOutcome(verdict: .deny, state: state, step: Step(FixedSite.serviceWithoutBackends, accepts: false))
    }

    /// A packet from a service's address: an answer, if a connection to one of the backends says so.
    private mutating func judgeAnswer(_ packet: PacketFacts, time: Int64) -> PacketOutcome? {
        guard !options.isStateless, packet.key.transport == .ports else { return nil }
        let question = packet.key.reversed
        guard let entry = services.entry(for: question) else { return nil }
        for backend in topology.backends(of: entry, question) {
            let legs = legs(question, backend, entry)
            guard legs.contains(where: { isKnown($0.key, at: $0.visit.node, time: time) }) else { continue }
            return judge(packet, along: Topology.answer(legs), time: time)
        }
        return nil
    }

    /// An ICMP error that quotes a packet as it was before translation.
    private mutating func judgeError(
        _ packet: PacketFacts, about quoted: FlowKey, identifier: UInt16, time: Int64
    ) -> PacketOutcome? {
        guard !options.isStateless, let entry = services.entry(for: quoted) else { return nil }
        for backend in entry.backends {
            let translated = quoted.translated(to: backend)
            guard isKnown(translated, time: time) else { continue }
            var mended = packet
            mended.connection = .icmpError(quoted: translated, identifier: identifier)
            return judge(mended, from: packet.key.source, to: packet.key.destination, time: time)
        }
        return nil
    }

    private mutating func isKnown(_ key: FlowKey, time: Int64) -> Bool {
        let itinerary = Itinerary(book, from: key.source, to: key.destination, only: options.node)
        for index in 0..<itinerary.count {
            if let visit = itinerary[index], flows.knows(key, at: visit.node, time: time) { return true }
        }
        return false
    }

    private mutating func isKnown(_ key: FlowKey, at node: NodeIndex, time: Int64) -> Bool {
        flows.knows(key, at: node, time: time)
    }

    private mutating func isAnswered(_ leg: Leg, time: Int64) -> Bool {
        flows.knowsAnswered(leg.key, at: leg.visit.node, time: time)
    }
}

extension FlowKey {
    func translated(to backend: ServiceTable.Backend) -> FlowKey {
        var key = self
        key.destination = backend.address
        key.destinationPort = backend.port
        return key
    }
}
