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
        denials = RecentDenials(capacity: min(shards.capacity, 1 << 16))
        cells = SiteCells(siteCount: tree.sites.count)
        // A denial may bring out another one.
        events = FlatArray(repeating: .none, count: Self.batch * 2)
    }

    deinit {
        events.deallocate()
    }

    /// Judges `packets[start ..< start + count]`, at most `batch` of them, in order, until one that is not for it.
    ///
    /// - Returns: how many were judged, and how many of `events` came of it; the next packet goes to the complete
    ///   engine.
    public func judge(_ packets: FlatArray<PlainPacket>, _ start: Int, _ count: Int) -> (judged: Int, events: Int) {
        var run = PlainRun(self, counts)
        run.look(packets, start..<start + count)
        var judged = 0
        while judged < count, run.judge(packets[start + judged]) { judged += 1 }
        counts = run.counts
        return (judged, run.eventCount)
    }
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
