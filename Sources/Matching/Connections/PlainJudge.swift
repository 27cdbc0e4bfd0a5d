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
    /// Packets by verdict and state, and what reports list.
    public private(set) var counts = PlainCounts()
    public let events: PlainEvents
    private let hashes: FlatArray<UInt32>

    /// `nil` where the inputs have something that no packet is plain with.
    ///
    /// - Parameters:
    ///   - flows: sharded; its calls and this judge share what they know.
    ///   - node: the node that is emulated alone; `nil`: every one.
    public init?(_ tree: MatchTree, _ matcher: Matcher, _ flows: FlowTable, node: NodeIndex?) {
        guard !tree.followsDomains, let shards = flows.shards,
            let policy = PlainPolicy(tree, matcher, only: node)
        else { return nil }
        self.policy = policy
        self.shards = shards
        tracking = PlainTracking(shards.timeouts)
        cells = SiteCells(siteCount: tree.sites.count)
        events = PlainEvents()
        hashes = FlatArray(repeating: 0, count: Self.batch)
    }

    deinit { hashes.deallocate() }

    /// Judges `packets[range]`, at most `batch` of them, in order, until one that is not for it.
    ///
    /// - Returns: how many were judged; the next one goes to the complete engine. `events` must be taken after each
    ///   call.
    public func judge(_ packets: FlatArray<PlainPacket>, _ start: Int, _ count: Int) -> Int {
        // First sight: the hashes, and the lines that they lead to, so that all their loads are on the way at once.
        var touched: UInt32 = 0
        for index in 0..<count {
            let packet = packets[start + index]
            let key = FlowLineKey(packet)
            let hash = key.hash(seed: shards.seed)
            hashes[index] = hash
            let shard = FlowShards.shard(key.addressA, key.addressB, of: shards.shards.count)
            touched &+= shards.shards[shard].index[shards.shards[shard].home(hash)]
        }
        for index in 0..<count {
            let packet = packets[start + index]
            let shard = FlowShards.shard(
                min(packet.source, packet.destination), max(packet.source, packet.destination),
                of: shards.shards.count)
            let candidate = shards.shards[shard].candidate(hashes[index])
            if candidate >= 0 { touched &+= shards.shards[shard].pool[candidate].addressA }
        }
        sink = touched
        for index in 0..<count {
            guard judge(packets[start + index], hashes[index]) else { return index }
        }
        return count
    }

    /// Keeps the loads of `judge` from being optimized away.
    private var sink: UInt32 = 0

    @inline(__always) private func judge(_ packet: PlainPacket, _ hash: UInt32) -> Bool {
        guard policy.isPlain(packet) else { return false }
        let key = FlowLineKey(packet)
        let shard = FlowShards.shard(key.addressA, key.addressB, of: shards.shards.count)
        guard shards.strays[shard] == 0 else { return false }
        let position = shards.shards[shard].position(of: key, hash: hash)
        guard position >= 0 else { return open(packet, key, hash, shard) }
        let fromA = packet.source == key.addressA
        if !shards.shards[shard].pool[position].ends.isResolved {
            guard resolve(&shards.shards[shard].pool[position]) else { return false }
        }
        guard preparePolicy(&shards.shards[shard].pool[position], packet, fromA: fromA) else { return false }
        pass(&shards.shards[shard].pool[position], packet, fromA: fromA)
        if !shards.shards[shard].pool[position].hasView {
            shards.depart(shards.shards[shard].pool[position])
            shards.shards[shard].remove(position)
        }
        return true
    }

    // MARK: Packets without a line

    private func open(_ packet: PlainPacket, _ key: FlowLineKey, _ hash: UInt32, _ shard: Int) -> Bool {
        let source = policy.addresses[packet.source]
        let destination = policy.addresses[packet.destination]
        guard source.isPlain, destination.isPlain else { return false }
        let fromA = packet.source == key.addressA
        var line = FlowLine(key, hash: hash)
        line.ends = PlainEnds(fromA ? source : destination, fromA ? destination : source, only: policy.only)
        guard line.ends.asksA || line.ends.asksB else {
            guard policy.ignoresOutside else { return false }
            counts.countElsewhere(packet.frame)
            return true
        }
        line.firstNode = line.ends.hasFirst ? (fromA ? source.node : destination.node) : -1
        line.secondNode = line.ends.hasSecond ? (fromA ? destination.node : source.node) : -1
        guard let decisions = policy.decisions(packet, from: source, to: destination) else { return false }
        line.egress = decisions.egress.raw
        line.ingress = decisions.ingress.raw
        line.ends.setPolicy(fromA: fromA)
        pass(&line, packet, fromA: fromA)
        guard line.hasView else { return true }
        let position = shards.shards[shard].insert(key, hash: hash) { shards.depart($0) }
        shards.shards[shard].pool[position] = line
        return true
    }

    // MARK: Lines that the calls of `FlowTable` made

    /// Puts the views in their places. False: a third node has one.
    private func resolve(_ line: inout FlowLine) -> Bool {
        let a = policy.addresses[line.addressA]
        let b = policy.addresses[line.addressB]
        guard a.isPlain, b.isPlain else { return false }
        let ends = PlainEnds(a, b, only: policy.only)
        guard ends.asksA || ends.asksB else { return false }
        let (firstNode, secondNode) = (ends.hasFirst ? a.node : -1, ends.hasSecond ? b.node : -1)
        var resolved = line
        resolved.ends = ends
        (resolved.firstNode, resolved.secondNode) = (firstNode, secondNode)
        (resolved.firstState, resolved.secondState) = (.none, .none)
        for isFirst in [true, false] {
            let state = isFirst ? line.firstState : line.secondState
            guard state.isLive else { continue }
            let (node, expiry) = isFirst ? (line.firstNode, line.firstExpiry) : (line.secondNode, line.secondExpiry)
            switch node {
            case firstNode: (resolved.firstState, resolved.firstExpiry) = (state, expiry)
            case secondNode: (resolved.secondState, resolved.secondExpiry) = (state, expiry)
            default: return false
            }
        }
        line = resolved
        return true
    }

    /// Makes sure that the line knows what policy says, if this packet may ask. False: it can't be known here.
    @inline(__always) private func preparePolicy(
        _ line: inout FlowLine, _ packet: PlainPacket, fromA: Bool
    ) -> Bool {
        let kind = packet.kind.rawValue
        let mayAsk =
            (line.ends.hasFirst
                && tracking.mayBeNew(line.firstState, line.firstExpiry, kind, fromA: fromA, time: packet.time))
            || (line.ends.hasSecond
                && tracking.mayBeNew(line.secondState, line.secondExpiry, kind, fromA: fromA, time: packet.time))
        guard mayAsk || policy.asksOfInvalid, !line.ends.knowsPolicy(fromA: fromA) else { return true }
        return askPolicy(&line, packet, fromA: fromA)
    }

    private func askPolicy(_ line: inout FlowLine, _ packet: PlainPacket, fromA: Bool) -> Bool {
        let source = policy.addresses[packet.source]
        let destination = policy.addresses[packet.destination]
        guard let decisions = policy.decisions(packet, from: source, to: destination) else { return false }
        line.egress = decisions.egress.raw
        line.ingress = decisions.ingress.raw
        line.ends.setPolicy(fromA: fromA)
        return true
    }

    // MARK: The way through the nodes

    /// The packet at the node of its sender and at that of its receiver, as far as they are emulated.
    @inline(__always) private func pass(_ line: inout FlowLine, _ packet: PlainPacket, fromA: Bool) {
        var passage = Passage()
        if fromA {
            if line.ends.hasFirst { visitFirst(&line, packet, fromA: true, isLast: !line.ends.hasSecond, &passage) }
            if line.ends.hasSecond, passage.accepts {
                visitSecond(&line, packet, fromA: true, isLast: true, &passage)
            }
        } else {
            if line.ends.hasSecond { visitSecond(&line, packet, fromA: false, isLast: !line.ends.hasFirst, &passage) }
            if line.ends.hasFirst, passage.accepts {
                visitFirst(&line, packet, fromA: false, isLast: true, &passage)
            }
        }
        counts.count(passage)
        if passage.accepts {
            if line.ends.wasSeen(fromA: fromA) {
                if fromA { line.packetsFromA &+= 1 } else { line.packetsFromB &+= 1 }
                if max(line.packetsFromA, line.packetsFromB) == 1 << 31 { settle(&line) }
            } else {
                line.ends.setSeen(fromA: fromA)
                events.add(packet, isDenied: false)
            }
        }
    }

    private func settle(_ line: inout FlowLine) {
        shards.depart(line)
        (line.packetsFromA, line.packetsFromB) = (0, 0)
    }

    @inline(__always) private func visitFirst(
        _ line: inout FlowLine, _ packet: PlainPacket, fromA: Bool, isLast: Bool, _ passage: inout Passage
    ) {
        let (state, opening) = tracking.begin(
            &line.firstState, &line.firstExpiry, packet.kind.rawValue, fromA: fromA, time: packet.time)
        if line.firstState.isLive, state != .invalid { line.flags.insert(.isRecent) }
        // A sends: its egress is asked, and B's ingress, too, where B is a pod of the same node. B sends: the other way.
        let isSender = fromA || line.ends.isSameNode
        let isReceiver = !fromA || line.ends.isSameNode
        decide(
            &line, packet, state, node: line.firstNode, isSender: isSender, isReceiver: isReceiver, fromA: fromA,
            isLast: isLast, &passage)
        guard passage.accepts, opening.isLive else { return }
        line.flags.insert(.isRecent)
        line.firstState = opening
        line.firstExpiry = tracking.end(of: opening, packet.kind.rawValue, packet.time)
    }

    @inline(__always) private func visitSecond(
        _ line: inout FlowLine, _ packet: PlainPacket, fromA: Bool, isLast: Bool, _ passage: inout Passage
    ) {
        let (state, opening) = tracking.begin(
            &line.secondState, &line.secondExpiry, packet.kind.rawValue, fromA: fromA, time: packet.time)
        if line.secondState.isLive, state != .invalid { line.flags.insert(.isRecent) }
        decide(
            &line, packet, state, node: line.secondNode, isSender: !fromA, isReceiver: fromA, fromA: fromA,
            isLast: isLast, &passage)
        guard passage.accepts, opening.isLive else { return }
        line.flags.insert(.isRecent)
        line.secondState = opening
        line.secondExpiry = tracking.end(of: opening, packet.kind.rawValue, packet.time)
    }

    /// One node's decision; counted where it is the packet's last.
    @inline(__always) private func decide(
        _ line: inout FlowLine, _ packet: PlainPacket, _ state: PlainTracking.State, node: Int32, isSender: Bool,
        isReceiver: Bool, fromA: Bool, isLast: Bool, _ passage: inout Passage
    ) {
        passage.state = state
        if state == .established {
            guard isLast else { return }
            let cell = SiteCells.cell(FixedSite.conntrackEstablished.id.value, line.ends.establishedCell(fromA: fromA))
            cells.count(cell)
            if !line.ends.wasNoted(fromA: fromA) {
                line.ends.setNoted(fromA: fromA)
                let isEgress = line.ends.establishedCell(fromA: fromA) & 2 != 0
                cells.note(policy.addresses[isEgress ? packet.source : packet.destination].endpoint, at: cell)
            }
            return
        }
        judge(
            line, packet, state, node: node, isSender: isSender, isReceiver: isReceiver, fromA: fromA, isLast, &passage)
    }

    /// A packet that is not established.
    private func judge(
        _ line: FlowLine, _ packet: PlainPacket, _ state: PlainTracking.State, node: Int32, isSender: Bool,
        isReceiver: Bool, fromA: Bool, _ isLast: Bool, _ passage: inout Passage
    ) {
        if state == .invalid, policy.dropsInvalid[Int(node)] {
            deny(line, packet, FixedSite.conntrackInvalid.id.value, isEgress: isSender, fromA: fromA, &passage)
            return
        }
        let egress = PlainPolicy.Entry(raw: line.egress)
        let ingress = PlainPolicy.Entry(raw: line.ingress)
        if isSender, !egress.accepts {
            deny(line, packet, egress.site, isEgress: true, fromA: fromA, &passage)
        } else if isReceiver, !ingress.accepts {
            deny(line, packet, ingress.site, isEgress: false, fromA: fromA, &passage)
        } else if isLast {
            let place = isReceiver ? line.ends.ingressCell(fromA: fromA) : line.ends.egressCell(fromA: fromA)
            let cell = SiteCells.cell(isReceiver ? ingress.site : egress.site, place)
            cells.count(cell)
            cells.note(policy.addresses[isReceiver ? packet.destination : packet.source].endpoint, at: cell)
        }
    }

    private func deny(
        _ line: FlowLine, _ packet: PlainPacket, _ site: UInt32, isEgress: Bool, fromA: Bool, _ passage: inout Passage
    ) {
        passage.accepts = false
        let place = isEgress ? line.ends.egressCell(fromA: fromA) : line.ends.ingressCell(fromA: fromA)
        let endpoint = policy.addresses[isEgress ? packet.source : packet.destination].endpoint
        let cell = SiteCells.cell(site, place)
        cells.count(cell)
        cells.note(endpoint, at: cell)
        events.add(packet, isDenied: true, site: site, endpoint: endpoint, isEgress: isEgress)
    }

    /// Where a packet stands.
    struct Passage {
        var accepts = true
        var state = PlainTracking.State.new
    }
}

extension FlowLineKey {
    @inline(__always) init(_ packet: PlainPacket) {
        let fromA = packet.source < packet.destination
        let (portA, portB) =
            fromA ? (packet.sourcePort, packet.destinationPort) : (packet.destinationPort, packet.sourcePort)
        self.init(
            addressA: fromA ? packet.source : packet.destination, addressB: fromA ? packet.destination : packet.source,
            ports: UInt32(portA) << 16 | UInt32(portB), proto: packet.proto)
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

    /// Every connection gives up what it has counted so far.
    public func settleAll() { shards.settleAll() }
}
