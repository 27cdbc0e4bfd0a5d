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
    private let seed: UInt64
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
    /// Whether there are lines that the first look did not see.
    var hasInserted = false
    private(set) var eventCount = 0
    var counts: PlainCounts

    init(_ owner: PlainJudge, _ counts: PlainCounts) {
        self.owner = owner
        shards = owner.shards.shards
        strays = owner.shards.strays
        seed = owner.shards.seed
        tracking = owner.tracking.tables
        addresses = owner.policy.addresses.table
        cells = owner.cells.table
        events = owner.events
        misses = owner.misses.lists
        denials = owner.denials.table
        tunnelPort = owner.policy.tunnelPort
        asksOfInvalid = owner.policy.asksOfInvalid
        only = owner.policy.only
        self.counts = counts
    }

    /// First sight of a batch: where each packet's line is, with all loads on the way at once; and what policy says of
    /// packets without a line.
    func look(_ packets: FlatArray<PlainPacket>, _ start: Int, _ count: Int, _ sights: FlatArray<PlainSight>) {
        for index in 0..<count {
            let packet = packets[start &+ index]
            var sight = PlainSight(packet, seed: seed, shards: shards.count)
            let shard = Int(sight.shard)
            if !isPlain(packet) || strays[shard] != 0 { sight.position = PlainSight.special }
            shards[shard].prefetchIndex(sight.hash)
            sights[index] = sight
        }
        var linelessCount = 0
        for index in 0..<count where sights[index].position == PlainSight.lineless {
            let (hash, shard) = (sights[index].hash, Int(sights[index].shard))
            let candidate = shards[shard].candidate(hash)
            sights[index].position = Int32(truncatingIfNeeded: candidate)
            if candidate >= 0 {
                shards[shard].pool.prefetch(candidate)
            } else {
                denials.prefetch(hash)
                shards[shard].prefetchRoom()
                misses.lineless[linelessCount] = Int32(truncatingIfNeeded: index)
                linelessCount &+= 1
            }
        }
        var missCount = 0
        for number in 0..<linelessCount {
            let index = Int(misses.lineless[number])
            let packet = packets[start &+ index]
            let denial = denials.position(packet, sights[index].hash)
            sights[index].denial = Int32(truncatingIfNeeded: denial)
            if denial >= 0, denials[denial].circumstances == RecentDenials.Circumstances(opening: packet.kind) {
                continue
            }
            sights[index].miss = Int16(truncatingIfNeeded: missCount)
            misses.add(packet, missCount)
            missCount &+= 1
            addresses.prefetch(packet.source)
            addresses.prefetch(packet.destination)
            shards[Int(sights[index].shard)].prefetchRoomIndex()
        }
        if missCount > 0 { misses.ask(owner.tables, count: missCount) }
    }

    /// False: the packet is not for the batched judge, and nothing has changed.
    @inline(__always) mutating func judge(_ packet: PlainPacket, _ sight: PlainSight) -> Bool {
        if sight.position >= 0 {
            return goOn(&shards[Int(sight.shard)].pool[Int(sight.position)], packet, sight) || judgeKnown(packet, sight)
        }
        guard sight.position == PlainSight.lineless else { return false }
        if hasInserted {
            let position = shards[Int(sight.shard)].position(of: sight.key, hash: sight.hash)
            if position >= 0 { return pass(position, packet, sight) }
        }
        return countKnownDenial(packet, sight) || open(packet, sight)
    }

    /// A packet of an established connection that it leaves as it is but for its time, as nearly all do. False: nothing
    /// has changed.
    @inline(__always) private mutating func goOn(
        _ line: inout FlowLine, _ packet: PlainPacket, _ sight: PlainSight
    ) -> Bool {
        guard line.isLine(of: sight.key), line.ends.isSteady(sight.step),
            min(line.firstExpiry, line.secondExpiry) > packet.time
        else { return false }
        let isDatagram = sight.step.isDatagram
        line.firstExpiry = tracking.end(of: line.firstState, isDatagram: isDatagram, packet.time)
        line.secondExpiry = tracking.end(of: line.secondState, isDatagram: isDatagram, packet.time)
        line.flags.insert(.isRecent)
        cells.count(
            SiteCells.cell(
                FixedSite.conntrackEstablished.id.value, line.ends.establishedCell(fromB: sight.step.fromB)))
        counts.countEstablished()
        if line.countPacket(fromB: sight.step.fromB) { settle(&line) }
        return true
    }

    /// A packet that changes its connection, or that is not the line's that was seen first: that may be another's, or
    /// gone since.
    private mutating func judgeKnown(_ packet: PlainPacket, _ sight: PlainSight) -> Bool {
        let shard = Int(sight.shard)
        var position = Int(sight.position)
        if !shards[shard].pool[position].isLine(of: sight.key) {
            position = shards[shard].position(of: sight.key, hash: sight.hash)
        }
        guard position >= 0 else { return countKnownDenial(packet, sight) || open(packet, sight) }
        return pass(position, packet, sight)
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
            && packet.source != packet.destination
    }
}
