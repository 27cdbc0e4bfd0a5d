public import NetTypes
public import NetworkTopology

/// Connection tracking as the kernel does it, of every emulated node at once (conntrack.md): the node is part of a
/// connection's key, so that each node has its own view, and one bound holds for all.
///
/// A packet is taken in two steps, as in the kernel. `begin` is what happens before the rules: it names the state and
/// moves known connections on. `confirm` is what happens behind the last rule: only then a new connection is entered,
/// so that a denied packet leaves nothing behind.
///
/// Sequence numbers, windows and checksums are not looked at.
public struct FlowTable: Sendable {
    private var places: FlowPlaces
    private let timeouts: FlowTimeouts

    /// - Parameter capacity: connections remembered at most, all nodes together; about 100 bytes each.
    public init(capacity: Int = 1 << 20, timeouts: FlowTimeouts = .kernelDefaults) {
        places = FlowPlaces(capacity: capacity)
        self.timeouts = timeouts
    }

    /// With lines for IPv4 TCP and UDP, as `PlainJudge` uses them beside the calls of this table; a copy shares them.
    ///
    /// - Parameters:
    ///   - capacity: connections of IPv4 TCP and UDP remembered at most, and others at most; about 90 bytes each of the
    ///     former, whichever nodes they pass. Each of 64 shards has its share, and all connections of two addresses are
    ///     in one shard.
    ///   - hash: of another table of the same capacity, whose packets come here; `nil`: one of its own.
    public init(shardedCapacity capacity: Int, timeouts: FlowTimeouts = .kernelDefaults, hash: PlainHash? = nil) {
        let hash = hash ?? PlainHash(shardCount: FlowShards.count(capacity))
        places = FlowPlaces(
            shards: FlowShards(capacity: capacity, timeouts: timeouts, hash: hash), capacity: capacity)
        self.timeouts = timeouts
    }

    var shards: FlowShards? { places.shards }

    /// Of the packets that `PlainJudge` takes; `nil` for a table without lines.
    public var hash: PlainHash? { places.shards?.hash }

    /// The shard of all connections of two addresses.
    public static func shard(_ a: IPAddress, _ b: IPAddress, of count: Int) -> Int {
        FlowShards.shard(a.bits, b.bits, of: count)
    }

    /// Connections known now, those included that are past their time and not met since.
    public var count: Int { places.count }
    /// Connections forgotten because the table was full. Their later packets may have been judged as new or invalid.
    public var evictions: Int { places.evictions }

    /// What `confirm` needs to enter a new connection.
    public struct Tracking: Sendable {
        public let state: FlowState
        let opening: FlowEntry?

        init(_ state: FlowState, opening: FlowEntry? = nil) {
            self.state = state
            self.opening = opening
        }
    }

    /// - Parameter time: nanoseconds of the capture's clock; it may step back.
    public mutating func begin(
        _ key: FlowKey, _ facts: ConnectionFacts, at node: NodeIndex, time: Int64
    ) -> Tracking {
        switch facts {
        case .untracked: return Tracking(.untracked)
        case .invalid: return Tracking(.invalid)
        case .icmpError(let quoted, let identifier):
            let isKnown = knows(quoted, identifier: identifier, at: node, time: time)
            return Tracking(isKnown ? .related : .invalid)
        case .icmp(let identifier), .pptp(let identifier):
            return begin(FlowSide(key, identifier: identifier, at: node), facts, time)
        case .tcp, .datagram, .sctp, .other: return begin(FlowSide(key, identifier: 0, at: node), facts, time)
        }
    }

    /// The packet has left the node or was delivered. Does nothing for packets of known connections.
    public mutating func confirm(_ tracking: Tracking, time: Int64) {
        guard var entry = tracking.opening, places.place(of: entry.tuple) == nil else { return }
        entry.expiry = expiry(of: entry, time: time)
        places.insert(entry)
    }

    /// Whether a packet with this key would belong to a known connection, in either direction. Changes nothing but
    /// forgets the connection when its time is over.
    ///
    /// - Parameter identifier: of an ICMP query or answer, else 0.
    public mutating func knows(_ key: FlowKey, identifier: UInt16 = 0, at node: NodeIndex, time: Int64) -> Bool {
        FlowSide(key, identifier: identifier, at: node).flatMap { find($0, time) } != nil
    }

    /// Whether `key` belongs to a known connection that was answered.
    public mutating func knowsAnswered(_ key: FlowKey, at node: NodeIndex, time: Int64) -> Bool {
        guard let side = FlowSide(key, identifier: 0, at: node), let position = find(side, time) else { return false }
        return places[position].seenReply
    }

    private mutating func begin(_ side: FlowSide?, _ facts: ConnectionFacts, _ time: Int64) -> Tracking {
        guard let side else { return Tracking(.invalid) }
        guard let place = find(side, time) else { return open(side, facts) }
        var entry = places[place]
        let isReply = side.isFromA != entry.isOpenedByA
        switch FlowTable.advance(&entry, facts, isReply: isReply) {
        case .invalid:
            return Tracking(.invalid)
        case .restarts:
            places.remove(place)
            return open(side, facts)
        case .ends:
            let state: FlowState = isReply || entry.seenReply ? .established : .new
            places.remove(place)
            return Tracking(state)
        case .goesOn:
            if isReply { entry.seenReply = true }
            entry.isRecent = true
            entry.expiry = expiry(of: entry, time: time)
            places[place] = entry
            return Tracking(entry.seenReply ? .established : .new)
        }
    }

    private mutating func find(_ side: FlowSide, _ time: Int64) -> FlowPlaces.Place? {
        guard let place = places.place(of: side.tuple) else { return nil }
        let expiry = places[place].expiry
        guard expiry > time || expiry == .max else {
            places.remove(place)
            return nil
        }
        return place
    }

    private func expiry(of entry: FlowEntry, time: Int64) -> Int64 {
        let (sum, overflow) = time.addingReportingOverflow(timeouts.lifetime(of: entry))
        return overflow ? .max : sum
    }

    /// A packet without a known connection.
    private func open(_ side: FlowSide, _ facts: ConnectionFacts) -> Tracking {
        var entry = FlowEntry(side)
        switch facts {
        case .tcp(.syn): entry.state = TCPState.synSent.rawValue
        case .tcp(.ack): entry.state = TCPState.established.rawValue
        case .tcp: return Tracking(.invalid)
        case .sctp(let segment):
            guard let association = SCTPAssociation(opening: segment) else { return Tracking(.invalid) }
            entry.association = association
        case .icmp: guard side.isFromA else { return Tracking(.invalid) }
        case .datagram, .pptp, .other: break
        case .icmpError, .untracked, .invalid: return Tracking(.invalid)
        }
        return Tracking(.new, opening: entry)
    }

    private enum Advance {
        case goesOn
        case invalid
        /// The packet opens the same connection anew.
        case restarts
        /// The packet is the connection's last.
        case ends
    }

    /// A packet of a known connection. Where it is invalid, nothing changes.
    private static func advance(_ entry: inout FlowEntry, _ facts: ConnectionFacts, isReply: Bool) -> Advance {
        switch facts {
        case .tcp(let segment):
            let state = TCPState(rawValue: entry.state) ?? .none
            switch TCPTable.transition(segment, isReply: isReply, from: state) {
            case .invalid: return .invalid
            case .ignored: return .goesOn
            case .to(.synSent) where state == .timeWait || state == .closed: return .restarts
            case .to(let next):
                entry.state = next.rawValue
                // A connection that nobody answered but with RST is gone at once.
                return segment == .rst && !entry.seenReply ? .ends : .goesOn
            }
        case .sctp(let segment):
            var association = entry.association
            guard association.accept(segment, isReply: isReply) else { return .invalid }
            entry.association = association
            return .goesOn
        case .datagram, .icmp, .icmpError, .untracked, .pptp, .other, .invalid:
            return .goesOn
        }
    }
}

extension FlowEntry {
    /// Of an SCTP entry.
    fileprivate var association: SCTPAssociation {
        get {
            SCTPAssociation(
                state: SCTPState(rawValue: state) ?? .none, originalTag: originalTag, replyTag: replyTag)
        }
        set {
            state = newValue.state.rawValue
            originalTag = newValue.originalTag
            replyTag = newValue.replyTag
        }
    }
}
