public import Classification
public import NetTypes
public import NetworkTopology

/// Judges plain packets in batches: connection tracking, both ends' policy and the counts of it, with one cache line
/// per known connection and no allocation. What it does not take, and everything else, goes to the complete engine,
/// which shares its connections by the `FlowTable`.
///
/// The result is by definition that of the complete engine (`PacketJudge` of TraceReplay), packet by packet.
public final class PlainJudge: @unchecked Sendable {
    /// Packets that one call takes at most.
    public static let batch = 64

    let policy: PlainPolicy
    let tracking: PlainTracking
    let shards: FlowShards
    /// Decisions at workload endpoints.
    public let cells: SiteCells
    /// Packets by verdict and state.
    public private(set) var counts = PlainCounts()
    /// What reports list of the packets of the last call.
    public let events: FlatArray<PlainEvent>
    let tables: DecisionTables
    let misses = PlainMisses()
    private(set) var ahead = PlainRun.Ahead()
    let denials: RecentDenials

    /// `nil` where the inputs have something that no packet is plain with.
    ///
    /// - Parameters:
    ///   - flows: sharded; its calls and this judge share what they know.
    ///   - tables: of the tree.
    ///   - node: the node that is emulated alone; `nil`: every one.
    public init?(
        _ tree: MatchTree, _ matcher: Matcher, _ tables: DecisionTables, _ flows: FlowTable, node: NodeIndex?
    ) {
        guard !tree.followsDomains, let shards = flows.shards,
            let policy = PlainPolicy(tree, matcher, only: node)
        else { return nil }
        self.policy = policy
        self.tables = tables
        self.shards = shards
        tracking = PlainTracking(shards.timeouts)
        denials = RecentDenials(capacity: min(shards.capacity, 1 << 17))
        cells = SiteCells(siteCount: tree.sites.count)
        // A denial may bring out another one.
        events = FlatArray(repeating: .none, count: Self.batch * 2)
    }

    deinit {
        events.deallocate()
    }

    /// Judges `packets[start ..< end]`, a batch of them at most, in order, until one that is not for it, and looks ahead
    /// at those of the next batch.
    ///
    /// Calls follow each other, each from where the last one ended; `restart` comes between them where something else
    /// happens: a packet of the complete engine, or other packets in the same places.
    ///
    /// - Returns: how many were judged, and how many of `events` came of it; if less than a batch and not all, the next
    ///   packet goes to the complete engine.
    public func judge(_ packets: FlatArray<PlainPacket>, _ start: Int, _ end: Int) -> (judged: Int, events: Int) {
        var run = PlainRun(self, counts)
        let stop = min(end, start + Self.batch)
        run.prepare(packets, start..<stop, end: end)
        var index = start
        while index < stop, run.judge(packets[index]) {
            index += 1
            run.lookAhead(packets, end: end)
        }
        counts = run.counts
        ahead = run.ahead
        return (index - start, run.eventCount)
    }

    /// Nothing from `start` on was looked at yet.
    public func restart(at start: Int) { ahead = PlainRun.Ahead(indexes: start, lines: start) }
}

extension PlainJudge {
    /// Connections that were taken out since they were last asked for, by this judge or by calls of the `FlowTable`:
    /// directions of them.
    public var departures: Int { shards.departureCount }

    /// The packets that they let through and that no event told of.
    public func takeDepartures(_ body: (FlowDeparture) -> Void) {
        for index in 0..<shards.departureCount { body(shards.departures[index]) }
        shards.forgetDepartures()
    }

    /// Every connection and every denied flow gives up what it has counted so far: `denied` takes events, and departures
    /// wait to be taken.
    public func settleAll(_ denied: (PlainEvent) -> Void) {
        shards.settleAll()
        denials.table.settleAll { entry in
            cells.table.count(Int(entry.cell), entry.packets)
            denied(PlainEvent(entry))
        }
    }
}
