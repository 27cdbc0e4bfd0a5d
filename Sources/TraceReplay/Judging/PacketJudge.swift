public import Classification
public import Matching
import NetTypes
public import NetworkTopology

/// Judges whole packets in the order of a capture: paths, service translation, connection tracking, policy.
///
/// Every emulated node that a packet passes judges its own side with its own view of the connections. A packet that
/// one node drops never reaches the next.
public struct PacketJudge: Sendable {
    public struct Options: Sendable, Hashable {
        /// Emulate this node alone; `nil`: every node.
        public var node: NodeIndex?
        /// Policy alone: every packet counts as new.
        public var isStateless = false
        /// Connections remembered at most: of TCP and UDP over IPv4, and of all else, each. Two addresses alone can have
        /// a 64th part of them, which is every source port of a client for one port of a server.
        public var flowCapacity = 1 << 22
        /// Addresses of domain names that each node remembers at most.
        public var domainCapacity = 1 << 16
        public var timeouts = FlowTimeouts.kernelDefaults
        /// Keep what each node made of the packet judged last, for `lastHops`.
        public var recordsHops = false

        public init() {}
    }

    let matcher: Matcher
    let book: AddressBook
    let services: ServiceTable
    let topology: Topology
    let options: Options
    var flows: FlowTable
    /// `nil` when no rule names domains.
    private(set) var domains: DomainLearning?
    /// What each node made of the packet judged last; empty unless `Options.recordsHops`. Of a service with several
    /// backends, those of each backend in turn.
    private(set) var lastHops: [Passage.Hop] = []

    public init(_ tree: MatchTree, options: Options = Options()) {
        matcher = Matcher(tree)
        book = AddressBook(tree.topology, tree.services)
        services = tree.services
        topology = tree.topology
        self.options = options
        domains = DomainLearning(tree, matcher, capacity: options.domainCapacity)
        flows = FlowTable(shardedCapacity: options.flowCapacity, timeouts: options.timeouts)
    }

    /// A judge of the same tree that has seen no packet yet.
    func fresh() -> PacketJudge {
        var judge = self
        judge.flows = FlowTable(
            shardedCapacity: options.flowCapacity, timeouts: options.timeouts, hash: flows.hash)
        return judge
    }

    /// What was judged so far of this packet does not count.
    mutating func forgetHops() { lastHops.removeAll(keepingCapacity: true) }

    /// Connections forgotten because there were too many.
    public var forgottenFlows: Int { flows.evictions }

    /// - Parameter time: nanoseconds of the capture's clock.
    public mutating func judge(_ packet: PacketFacts, time: Int64) -> PacketOutcome {
        forgetHops()
        if packet.key.source == packet.key.destination, case .endpoint = book.owner(of: packet.key.source) {
            return .none(.samePod)
        }
        let outcome =
            judgeTranslated(packet, time: time)
            ?? judge(packet, from: packet.key.source, to: packet.key.destination, time: time)
        if let answer = packet.answer, outcome.verdict == .allow {
            learn(answer, to: packet.key.destination, time: time)
        }
        return outcome
    }

    /// The node behind which the asker is sees the answer; no other does.
    private mutating func learn(_ answer: DomainAnswer, to asker: IPAddress, time: Int64) {
        guard let node = book.node(of: book.owner(of: asker)), options.node == nil || options.node == node else {
            return
        }
        domains?.learn(answer, at: node, time: time)
    }

    /// A packet with the addresses that policy sees.
    mutating func judge(
        _ packet: PacketFacts, from source: IPAddress, to destination: IPAddress, time: Int64
    ) -> PacketOutcome {
        let itinerary = Itinerary(book, from: source, to: destination, only: options.node)
        guard !itinerary.isEmpty else { return .none(.elsewhere) }
        for index in 0..<itinerary.count {
            if let visit = itinerary[index] { domains?.advance(visit.node, to: time) }
        }
        guard !packet.isTransportCut else { return judgeCut(packet, itinerary, states: nil) }
        guard let connection = packet.connection else {
            return options.isStateless
                ? judgeKnown(packet.key, tracked: nil, .other, itinerary, time: time)
                : judgeCut(packet, itinerary, states: possibleStates(packet.key, itinerary, time: time))
        }
        return judgeKnown(packet.key, tracked: packet.trackedKey, connection, itinerary, time: time)
    }

    private mutating func judgeKnown(
        _ key: FlowKey, tracked: FlowKey?, _ connection: ConnectionFacts, _ itinerary: Itinerary, time: Int64
    ) -> PacketOutcome {
        var outcome = PacketOutcome.none(.elsewhere)
        for index in 0..<itinerary.count {
            guard let visit = itinerary[index], judge(visit, key, tracked: tracked, connection, time: time, &outcome)
            else { break }
        }
        return outcome
    }

    /// One node's judgement. Returns whether the packet goes on as it is.
    mutating func judge(
        _ visit: Visit, _ key: FlowKey, tracked: FlowKey? = nil, _ connection: ConnectionFacts, time: Int64,
        _ outcome: inout PacketOutcome
    ) -> Bool {
        let tracking = options.isStateless ? nil : flows.begin(tracked ?? key, connection, at: visit.node, time: time)
        let state = tracking?.state ?? .new
        domains?.advance(visit.node, to: time)
        let judgement = domains?.judge(visit, key, state: state) ?? matcher.judge(visit, key, state: state)
        let accepts = judgement.verdict == .accept
        if options.recordsHops { lastHops.append(Passage.Hop(visit: visit, key: key, judgement: judgement)) }
        outcome = PacketOutcome(
            verdict: accepts ? .allow : .deny, state: judgement.isUntracked ? .untracked : state,
            step: judgement.decidingStep)
        outcome.domain = domains?.evidence(judgement.decidingStep, key, at: visit.node)
        guard accepts else { return false }
        // Out of connection tracking there is no entry, and no translation either: it goes where it was sent to.
        guard !judgement.isUntracked else { return visit.translation == .none }
        if let tracking { flows.confirm(tracking, time: time) }
        return true
    }
}
