import Capture
import Classification
import Matching
import NetTypes
import PacketDecoding

/// The way of plain packets beside the complete engine: decoded, judged and counted in batches.
final class PlainPath: @unchecked Sendable {
    let judge: PlainJudge
    let lists: PlainLists
    /// The latest time of a plain packet so far.
    private(set) var latest = Int64.min
    private let shards: FlowTable
    private let decoder: PlainDecoder
    /// Packets that wait to be judged, and where in the chunk each is.
    private let packets: FlatArray<PlainPacket>
    private let places: FlatArray<Int32>
    private var count = 0

    /// Packets that are decoded before any of them is judged; a group more at most.
    private static let run = 1024

    /// `nil` where the settings, the link layer or the inputs ask for more than a report on plain packets.
    init?(_ tree: MatchTree, _ complete: PacketJudge, _ linkLayer: LinkLayer, _ settings: ReplaySettings) {
        guard PlainPath.isPossible(settings), let hash = complete.flows.hash,
            let decoder = PlainDecoder(linkLayer, hash),
            let judge = PlainJudge(
                tree, complete.matcher, DecisionTables(tree), complete.flows, node: settings.judging.node)
        else { return nil }
        self.judge = judge
        self.decoder = decoder
        shards = complete.flows
        lists = PlainLists(limit: settings.maximumReportedFlows)
        packets = FlatArray(repeating: .none, count: Self.run + PlainDecoder.group)
        places = FlatArray(repeating: 0, count: Self.run + PlainDecoder.group)
    }

    /// Whether a report on plain packets is all that is asked for.
    static func isPossible(_ settings: ReplaySettings) -> Bool {
        settings.usesPlainPath && !settings.listsPackets && !settings.recordsPassages
            && !settings.judging.isStateless
    }

    deinit {
        packets.deallocate()
        places.deallocate()
    }

    /// Judges frames of a chunk in order.
    ///
    /// - Parameter special: takes a frame that is not plain, with the latest time of a plain one before it.
    func take(_ chunk: TraceChunk, _ range: Range<Int>, _ special: (_ index: Int, _ latest: Int64) -> Void) {
        chunk.withFrames { bytes, frames in
            let (bytes, descriptors) = unsafe (bytes.bytes, frames.bytes)
            var index = range.lowerBound
            while index < range.upperBound {
                if index + PlainDecoder.group <= range.upperBound {
                    takeGroup(bytes, descriptors, index, special)
                    index += PlainDecoder.group
                } else {
                    take(decoder.decode(bytes, descriptors, at: index), index, special)
                    index += 1
                }
            }
            judgeRun(special)
        }
    }

    /// Decodes a group behind the packets that wait already.
    private func takeGroup(
        _ bytes: RawSpan, _ frames: RawSpan, _ index: Int, _ special: (_ index: Int, _ latest: Int64) -> Void
    ) {
        let place = count
        let plain = decoder.decodeGroup(bytes, frames, first: index, into: packets, at: place)
        for lane in 0..<PlainDecoder.group { places[count + lane] = Int32(truncatingIfNeeded: index + lane) }
        if plain == 0xffff {
            count += PlainDecoder.group
            if count >= Self.run { judgeRun(special) }
            return
        }
        // What waits is judged before a special, and then again there is room in front of the group.
        for lane in 0..<PlainDecoder.group {
            take(plain >> UInt32(lane) & 1 != 0 ? packets[place + lane] : nil, index + lane, special)
        }
    }

    @inline(__always) private func take(
        _ packet: PlainPacket?, _ index: Int, _ special: (_ index: Int, _ latest: Int64) -> Void
    ) {
        guard let packet else {
            judgeRun(special)
            return special(index, latest)
        }
        packets[count] = packet
        places[count] = Int32(truncatingIfNeeded: index)
        count += 1
        if count >= Self.run { judgeRun(special) }
    }

    private func judgeRun(_ special: (_ index: Int, _ latest: Int64) -> Void) {
        var start = 0
        var newest = latest
        judge.restart(at: 0)
        while start < count {
            let size = min(PlainJudge.batch, count - start)
            let (judged, events) = judge.judge(packets, start, count)
            for index in start..<start + judged { newest = max(newest, packets[index].time) }
            lists.count(judge, events: events)
            start += judged
            if judged < size {
                latest = newest
                special(Int(places[start]), latest)
                start += 1
                judge.restart(at: start)
            }
        }
        latest = newest
        count = 0
    }

    /// Adds everything that was counted here.
    func add(to tally: inout ReplayTally) {
        judge.settleAll { lists.count($0) }
        lists.countDepartures(judge)
        tally.add(judge)
        tally.add(lists)
        tally.trim()
    }
}
