import Classification
import NetTypes

/// One batch on its way through `PlainJudge`: everything that the loop touches as plain values, so that it neither
/// counts references nor checks for exclusive access.
///
/// Three ways lead through it, the shortest for what comes most: packets of established connections (`goOn`), packets
/// of flows that were denied lately (`countKnownDenial`), and all others (`pass`, `open`).
struct PlainRun {
    let owner: PlainJudge
    let shards: FlatArray<FlowLines>
    private let strays: FlatArray<Int>
    let tracking: PlainTracking.Tables
    let addresses: PlainAddresses.Table
    let cells: SiteCells.Table
    private let events: FlatArray<PlainEvent>
    let misses: PlainMisses.Lists
    let denials: RecentDenials.Table
    private let tunnelPort: UInt32
    let asksOfInvalid: Bool
    /// The node that is emulated alone; -1: every one.
    let only: Int32
    private(set) var ahead: Ahead
    private(set) var eventCount = 0
    var counts: PlainCounts

    init(_ owner: PlainJudge, _ counts: PlainCounts) {
        self.owner = owner
        shards = owner.shards.shards
        strays = owner.shards.strays
        tracking = owner.tracking.tables
        addresses = owner.policy.addresses.table
        cells = owner.cells.table
        events = owner.events
        misses = owner.misses.lists
        denials = owner.denials.table
        tunnelPort = owner.policy.tunnelPort
        asksOfInvalid = owner.policy.asksOfInvalid
        only = owner.policy.only
        ahead = owner.ahead
        self.counts = counts
    }

    /// How far packets were looked at before they are judged, so that what they need is on its way from memory.
    struct Ahead {
        /// Packets below had the load of their place in the index begun.
        var indexes = 0
        /// Those below that of their line.
        var lines = 0
        /// Those that have no line, whose policy was not asked yet.
        var lineless = 0
    }

    // MARK: The look ahead

    /// Makes sure that the batch was looked at, and asks what policy says of its packets without a line.
    mutating func prepare(_ packets: FlatArray<PlainPacket>, _ batch: Range<Int>, end: Int) {
        while ahead.lines < batch.upperBound {
            while ahead.indexes < min(end, ahead.lines + PlainJudge.batch) { lookForIndex(packets) }
            lookForLine(packets)
        }
        askPolicy(packets)
    }

    /// Looks at packets behind the batch, one step of each kind.
    @inline(__always) mutating func lookAhead(_ packets: FlatArray<PlainPacket>, end: Int) {
        if ahead.indexes < end { lookForIndex(packets) }
        if ahead.lines < ahead.indexes { lookForLine(packets) }
    }

    /// Lets the load of the index begin.
    @inline(__always) private mutating func lookForIndex(_ packets: FlatArray<PlainPacket>) {
        let index = ahead.indexes
        // Another worker's core may have written the packets.
        packets.prefetch(min(index &+ 24, packets.count &- 1))
        shards[Int(packets[index].shard)].prefetchIndex(packets[index].hash)
        ahead.indexes = index &+ 1
    }

    /// Lets the load of the line begin, or of what is known of a packet without one.
    @inline(__always) private mutating func lookForLine(_ packets: FlatArray<PlainPacket>) {
        let index = ahead.lines
        ahead.lines = index &+ 1
        let shard = Int(packets[index].shard)
        (packets[index].denial, packets[index].miss) = (-1, -1)
        guard isPlain(packets[index]), strays[shard] == 0 else {
            packets[index].position = Self.special
            return
        }
        let hash = packets[index].hash
        let candidate = shards[shard].candidate(hash)
        packets[index].position = Int32(truncatingIfNeeded: candidate)
        if candidate >= 0 {
            shards[shard].pool.prefetch(candidate)
        } else {
            denials.prefetch(hash)
            shards[shard].prefetchRoom()
            misses.lineless[ahead.lineless] = Int32(truncatingIfNeeded: index)
            ahead.lineless &+= 1
        }
    }

    /// What policy says of the packets without a line that were looked at so far.
    private mutating func askPolicy(_ packets: FlatArray<PlainPacket>) {
        var missCount = 0
        for number in 0..<ahead.lineless {
            let index = Int(misses.lineless[number])
            let packet = packets[index]
            let denial = denials.position(packet)
            packets[index].denial = Int32(truncatingIfNeeded: denial)
            if denial >= 0, denials[denial].circumstances == RecentDenials.Circumstances(opening: packet.kind) {
                continue
            }
            packets[index].miss = Int32(truncatingIfNeeded: missCount)
            misses.add(packet, missCount)
            missCount &+= 1
            addresses.prefetch(packet.addressA)
            addresses.prefetch(packet.addressB)
            shards[Int(packet.shard)].prefetchRoomIndex()
        }
        ahead.lineless = 0
        if missCount > 0 { misses.ask(owner.tables, count: missCount) }
    }

    // MARK: Judging

    /// `PlainPacket.position` of a packet that had no line.
    private static let lineless: Int32 = -1
    /// Of one that is not for the batched judge.
    private static let special: Int32 = -2

    /// False: the packet is not for the batched judge, and nothing has changed.
    @inline(__always) mutating func judge(_ packet: PlainPacket) -> Bool {
        if packet.position >= 0 {
            return goOn(&shards[Int(packet.shard)].pool[Int(packet.position)], packet) || judgeKnown(packet)
        }
        guard packet.position == Self.lineless else { return false }
        // It may have got one since.
        let position = shards[Int(packet.shard)].position(of: FlowLineKey(packet), hash: packet.hash)
        if position >= 0 { return pass(position, packet) }
        return countKnownDenial(packet) || open(packet)
    }

    /// A packet of an established connection that it leaves as it is but for its time, as nearly all do. False: nothing
    /// has changed.
    @inline(__always) private mutating func goOn(
        _ line: inout FlowLine, _ packet: PlainPacket
    ) -> Bool {
        guard line.isLine(of: FlowLineKey(packet)), line.ends.isSteady(PlainStep(packet)),
            min(line.firstExpiry, line.secondExpiry) > packet.time
        else { return false }
        let isDatagram = (packet.kind == .datagram)
        line.firstExpiry = tracking.end(of: line.firstState, isDatagram: isDatagram, packet.time)
        line.secondExpiry = tracking.end(of: line.secondState, isDatagram: isDatagram, packet.time)
        line.flags.insert(.isRecent)
        cells.count(
            SiteCells.cell(
                FixedSite.conntrackEstablished.id.value, line.ends.establishedCell(fromB: UInt64(packet.fromB))))
        counts.countEstablished()
        if line.countPacket(fromB: UInt64(packet.fromB)) { settle(&line) }
        return true
    }

    /// A packet that changes its connection, or that is not the line's that was seen first: that may be another's, or
    /// gone since.
    private mutating func judgeKnown(_ packet: PlainPacket) -> Bool {
        let shard = Int(packet.shard)
        var position = Int(packet.position)
        if !shards[shard].pool[position].isLine(of: FlowLineKey(packet)) {
            position = shards[shard].position(of: FlowLineKey(packet), hash: packet.hash)
        }
        guard position >= 0 else { return countKnownDenial(packet) || open(packet) }
        return pass(position, packet)
    }

    /// What a line has counted is handed on.
    func settle(_ line: inout FlowLine) {
        owner.shards.depart(line)
        line.forgetPackets()
    }

    mutating func note(_ event: PlainEvent) {
        events[eventCount] = event
        eventCount += 1
    }

    /// Whether a packet is no tunnel and goes from one address to another.
    @inline(__always) private func isPlain(_ packet: PlainPacket) -> Bool {
        (packet.kind != .datagram || UInt32(packet.destinationPort) != tunnelPort)
            && packet.addressA != packet.addressB
    }
}
