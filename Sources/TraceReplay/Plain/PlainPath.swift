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

    /// Packets that are decoded before any of them is judged.
    private static let run = 256

    /// `nil` where the settings, the link layer or the inputs ask for more than a report on plain packets.
    init?(_ tree: MatchTree, _ complete: PacketJudge, _ linkLayer: LinkLayer, _ settings: ReplaySettings) {
        guard PlainPath.isPossible(settings), let decoder = PlainDecoder(linkLayer),
            let judge = PlainJudge(
                tree, complete.matcher, DecisionTables(tree), complete.flows, node: settings.judging.node)
        else { return nil }
        self.judge = judge
        self.decoder = decoder
        shards = complete.flows
        lists = PlainLists(limit: settings.maximumReportedFlows)
        packets = FlatArray(repeating: .none, count: Self.run)
        places = FlatArray(repeating: 0, count: Self.run)
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
            let bytes = unsafe bytes.bytes
            for index in range {
                let frame = frames[index]
                let packet = decoder.decode(
                    bytes, at: Int(frame.offset), captured: Int(frame.capturedLength),
                    original: Int(frame.originalLength), time: frame.timestamp, frame: frame.number)
                if let packet {
                    packets[count] = packet
                    places[count] = Int32(truncatingIfNeeded: index)
                    count += 1
                    if count == Self.run { judgeRun(special) }
                } else {
                    judgeRun(special)
                    special(index, latest)
                }
            }
            judgeRun(special)
        }
    }

    private func judgeRun(_ special: (_ index: Int, _ latest: Int64) -> Void) {
        var start = 0
        var newest = latest
        while start < count {
            let size = min(PlainJudge.batch, count - start)
            let (judged, events) = judge.judge(packets, start, size)
            for index in start..<start + judged { newest = max(newest, packets[index].time) }
            lists.count(judge, events: events)
            start += judged
            if judged < size {
                latest = newest
                special(Int(places[start]), latest)
                start += 1
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
