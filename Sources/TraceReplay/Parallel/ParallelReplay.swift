import Capture
import Classification
import Matching
import NetTypes
import NetworkTopology
import PacketDecoding
import Synchronization

/// A replay by several workers, whose report is that of one: connections are sharded by their pair of addresses, and
/// each worker owns some of the shards.
///
/// ```
/// round:  settle what is not plain (one worker: fragments are put together in the order of the capture)
///         judge (each worker its lane: all chunks in order), and whoever is done reads and decodes chunks of the next
///         round: blocks of the file at any time, their records in turn; packets are sorted by lane
/// ```
/// A packet of one connection is judged by one lane, in the order of the capture, so that no count depends on how many
/// workers there are. Where lists are full, what came first counts, by frame and not by worker.
final class ParallelReplay: @unchecked Sendable {
    /// Chunks of a round, or as many as there are workers.
    private static let chunks = 16

    private let crew: WorkerCrew
    /// What is judged in this round, and what is read for the next one.
    private var slots: [ReplaySlot]
    private var nextSlots: [ReplaySlot]
    private let lanes: [ReplayLane]
    private let tree: MatchTree
    private let frames: FrameDecoder
    private let plain: PlainDecoder
    private let laneOfShard: FlatArray<UInt8>
    /// Once packets are judged, shards stay where they are.
    private var isBalanced = false
    private let limit: Int
    private var defragmenter = Defragmenter()
    /// What no lane counts.
    private var counted: ReplayTally
    private var latest = Int64.min

    /// `nil` where one worker has to do it alone: with services any two connections may belong together.
    init?(_ tree: MatchTree, linkLayer: LinkLayer, settings: ReplaySettings) {
        guard settings.workers > 1, tree.services.entries.isEmpty, PlainPath.isPossible(settings) else { return nil }
        let crew = WorkerCrew(size: min(settings.workers, ReplaySettings.mostWorkers))
        let tables = DecisionTables(tree)
        let judge = PacketJudge(tree, options: settings.judging)
        let lanes = (0..<crew.size).compactMap { _ in
            ReplayLane(tree, tables, judge.fresh(), settings)
        }
        guard crew.size > 1, lanes.count == crew.size, let hash = judge.flows.hash,
            let plain = PlainDecoder(linkLayer, hash)
        else { return nil }
        self.crew = crew
        self.lanes = lanes
        self.tree = tree
        self.plain = plain
        frames = FrameDecoder(linkLayer)
        func newSlots() -> [ReplaySlot] {
            (0..<max(crew.size, Self.chunks)).map { _ in ReplaySlot(lanes: crew.size) }
        }
        (slots, nextSlots) = (newSlots(), newSlots())
        laneOfShard = FlatArray(repeating: 0, count: hash.shardCount)
        for shard in 0..<hash.shardCount { laneOfShard[shard] = UInt8(shard % crew.size) }
        limit = settings.maximumReportedFlows
        counted = ReplayTally(tree, limit: limit)
    }

    deinit { laneOfShard.deallocate() }

    /// Judges the next frames. Returns how many; 0 at the end of the capture or of what is allowed.
    func step(_ source: TraceSource, limit: Int) -> Int {
        if slots.allSatisfy({ $0.chunk.count == 0 }) {
            let reading = Reading(source, limit: limit)
            crew.run { [self] _ in read(slots, reading) }
            if !isBalanced { balance() }
        }
        let count = slots.reduce(0) { $0 + $1.chunk.count }
        guard count > 0 else { return 0 }
        // Not when they are read: a replay that is stopped says nothing of frames that no lane judged.
        settle(slots)
        let reading = Reading(source, limit: limit - count)
        crew.run { [self] worker in
            lanes[worker].openRound()
            for slot in slots {
                lanes[worker].take(slot.packets[worker], slot.counts[worker], slot.specials[worker][...])
            }
            read(nextSlots, reading)
        }
        for lane in lanes {
            for (row, seen) in lane.takeStrangers() { home(row.key).count(row, seen: seen) }
        }
        swap(&slots, &nextSlots)
        return count
    }

    /// Reads and decodes chunks until all are done, with the other workers that come here.
    private func read(_ slots: [ReplaySlot], _ reading: Reading) {
        while let number = reading.takeNumber(below: slots.count) {
            let slot = slots[number]
            reading.blocks?.read(number, into: slot.chunk)
            reading.wait(for: number)
            // Behind the end as well: what the chunk held in the round before has to go.
            let hasMore = reading.source.reader.read(slot.chunk, limit: reading.left)
            reading.left = hasMore ? reading.left - slot.chunk.count : 0
            reading.pass()
            slot.decode(plain, laneOfShard)
        }
    }

    /// Deals the shards out by their packets in the first round, so that lanes are about as long as each other.
    private func balance() {
        isBalanced = true
        var counts = [Int](repeating: 0, count: laneOfShard.count)
        for slot in slots { slot.countShards(&counts) }
        var loads = [Int](repeating: 0, count: lanes.count)
        for shard in counts.indices.sorted(by: { (counts[$1], $0) < (counts[$0], $1) }) {
            let lane = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
            // One more each, so that empty shards are dealt out, too.
            loads[lane] += counts[shard] + 1
            laneOfShard[shard] = UInt8(lane)
        }
        crew.run { [self] worker in
            for number in stride(from: worker, to: slots.count, by: crew.size) {
                slots[number].decode(plain, laneOfShard)
            }
        }
    }

    /// The end of the capture: what still waits is settled.
    func finish() {
        defragmenter.advance(to: latest)
        settle(defragmenter.finish())
    }

    var tally: ReplayTally {
        var tally = ReplayTally(tree, limit: limit)
        tally.merge(counted)
        for lane in lanes { lane.add(to: &tally) }
        tally.trim()
        return tally
    }

    var packetsDenied: Int { lanes.reduce(counted.denied) { $0 + $1.packetsDenied } }

    /// Frames that needed a complete judge, or none at all.
    var framesBesidePlainPath: Int { lanes.reduce(counted.frames) { $0 + $1.counted.frames } }

    var losses: ReplayLosses {
        ReplayLosses(
            forgottenFlows: lanes.reduce(0) { $0 + $1.forgottenFlows }, evictedDatagrams: defragmenter.evictions)
    }

    // MARK: What is not plain

    private func settle(_ slots: [ReplaySlot]) {
        for slot in slots { settle(slot) }
    }

    private func settle(_ slot: ReplaySlot) {
        for odd in slot.odd {
            defragmenter.advance(to: max(latest, odd.latest))
            let frame = CapturedFrame(slot.chunk[odd.index])
            slot.chunk.withBytes(of: odd.index) { bytes in take(frame, bytes, slot) }
            settle(defragmenter.takeIncomplete())
        }
        latest = max(latest, slot.latest)
    }

    private func take(_ frame: CapturedFrame, _ bytes: Span<UInt8>, _ slot: ReplaySlot) {
        let packet: DecodedPacket
        do throws(DecodeError) {
            packet = try frames.decode(bytes, originalLength: frame.originalLength)
        } catch {
            counted.count(PacketRow(frame: frame.number, outcome: .undecodable(error), key: nil))
            return
        }
        if let defect = packet.network.defect {
            counted.count(PacketRow(frame: frame.number, outcome: .none(.defect(defect)), key: nil))
            return
        }
        let outcome = defragmenter.add(packet, bytes: bytes, frame: frame.number, timestamp: frame.timestamp)
        switch outcome {
        case .held: break
        case .notFragment, .passedAlone:
            hand(PacketFacts(packet, in: bytes), frame, others: [], to: slot)
        case .complete(let datagram):
            let others = (datagram.frames + datagram.duplicates).filter { $0 != frame.number }.sorted()
            hand(PacketFacts(datagram.packet, in: datagram.bytes.span), frame, others: others, to: slot)
        }
    }

    /// Errors about a packet go where its connection is.
    private func hand(_ facts: PacketFacts, _ frame: CapturedFrame, others: [Int], to slot: ReplaySlot) {
        var key = facts.key
        if case .icmpError(let quoted, _)? = facts.connection { key = quoted }
        let lane = lane(of: key)
        slot.specials[lane].append(
            ReplayLane.Special(
                facts: facts, frame: frame.number, others: others, time: frame.timestamp,
                isAtHome: lane == self.lane(of: facts.key)))
    }

    private func lane(of key: FlowKey) -> Int {
        Int(laneOfShard[FlowTable.shard(key.source, key.destination, of: laneOfShard.count)])
    }

    private func home(_ key: FlowKey?) -> ReplayLane { lanes[key.map { lane(of: $0) } ?? 0] }

    private func settle(_ datagrams: [IncompleteDatagram]) {
        for datagram in datagrams {
            for frame in datagram.frames {
                counted.count(
                    PacketRow(frame: frame, outcome: .undecided(.fragments(datagram.reason)), key: nil))
            }
        }
    }
}

/// A reader that workers use in turn.
final class TraceSource: @unchecked Sendable {
    var reader: TraceReader
    init(_ reader: consuming TraceReader) { self.reader = reader }
}

/// The reading of one round's chunks: who takes which, and whose turn it is to find the records.
private final class Reading: @unchecked Sendable {
    let source: TraceSource
    let blocks: TraceBlocks?
    /// Frames that may still be read; for the one whose turn it is.
    var left: Int
    private let taken = Atomic<Int>(0)
    private let next = Atomic<Int>(0)

    init(_ source: TraceSource, limit: Int) {
        self.source = source
        blocks = source.reader.blocks
        left = limit
    }

    func takeNumber(below count: Int) -> Int? {
        let number = taken.wrappingAdd(1, ordering: .relaxed).oldValue
        return number < count ? number : nil
    }

    func wait(for number: Int) { WorkerCrew.wait { next.load(ordering: .acquiring) == number } }
    func pass() { next.wrappingAdd(1, ordering: .releasing) }
}
