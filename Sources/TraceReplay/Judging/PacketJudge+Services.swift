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
        guard !entry.backends.isEmpty else { return judgeWithoutBackends(packet, time: time) }
        var candidates = entry.backends
        if !options.isStateless, candidates.count > 1 {
            let answered = candidates.filter { isAnswered(packet.key.translated(to: $0), time: time) }
            if !answered.isEmpty { candidates = answered }
        }
        var outcomes: [BackendOutcome] = []
        var first: PacketOutcome?
        for backend in candidates {
            var translated = packet
            translated.key = packet.key.translated(to: backend)
            let outcome = judge(
                translated, from: translated.key.source, to: translated.key.destination, time: time)
            // Connection tracking gives an invalid packet no connection, so nobody translates it.
            if outcome.state == .invalid {
                forgetHops()
                return nil
            }
            first = first ?? outcome
            outcomes.append(BackendOutcome(backend: backend, verdict: outcome.verdict, step: outcome.step))
        }
        guard outcomes.contains(where: { $0.verdict != first?.verdict }) else { return first }
        var undecided = PacketOutcome.undecided(.backends, state: first?.state)
        undecided.backends = outcomes
        return undecided
    }

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
        guard !options.isStateless,
            let backend = answeringBackend(
                packet.key, where: { judge, key in judge.isKnown(key, time: time) })
        else { return nil }
        var translated = packet
        translated.key.source = backend.address
        translated.key.sourcePort = backend.port
        return judge(translated, from: backend.address, to: packet.key.destination, time: time)
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

    private mutating func answeringBackend(
        _ key: FlowKey, where isKnown: (inout PacketJudge, FlowKey) -> Bool
    ) -> ServiceTable.Backend? {
        guard key.transport == .ports else { return nil }
        let frontend = ServiceTable.Frontend(address: key.source, proto: key.proto, port: key.sourcePort)
        guard let entry = services.entries[frontend] else { return nil }
        for backend in entry.backends {
            var translated = key
            translated.source = backend.address
            translated.sourcePort = backend.port
            if isKnown(&self, translated) { return backend }
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

    private mutating func isAnswered(_ key: FlowKey, time: Int64) -> Bool {
        let itinerary = Itinerary(book, from: key.source, to: key.destination, only: options.node)
        for index in 0..<itinerary.count {
            if let visit = itinerary[index], flows.knowsAnswered(key, at: visit.node, time: time) { return true }
        }
        return false
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
