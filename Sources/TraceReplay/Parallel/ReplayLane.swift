import Classification
import Matching
import NetTypes

/// Judges the packets of some shards of connections, in order: plain ones in batches, the others by a complete judge
/// that shares the connections, and counts all of them.
final class ReplayLane: @unchecked Sendable {
    /// A whole packet that is not plain, with the frames that showed it.
    struct Special: Sendable {
        var facts: PacketFacts
        var frame: Int
        /// Of a datagram: the frames of its other fragments.
        var others: [Int]
        var time: Int64
        /// Whether the lane that its addresses belong to is the one that judges it.
        var isAtHome: Bool
    }

    private var complete: PacketJudge
    let plain: PlainJudge
    private(set) var counted: ReplayTally
    /// Rows for the lane that their addresses belong to.
    private(set) var strangers: [(row: PacketRow, seen: Int)] = []
    private let lists: PlainLists

    /// `nil` where the inputs have something that no packet is plain with.
    init?(_ tree: MatchTree, _ tables: DecisionTables, _ judge: PacketJudge, _ settings: ReplaySettings) {
        complete = judge
        guard let plain = PlainJudge(tree, judge.matcher, tables, judge.flows, node: settings.judging.node) else {
            return nil
        }
        self.plain = plain
        lists = PlainLists(limit: settings.maximumReportedFlows)
        counted = ReplayTally(tree, limit: settings.maximumReportedFlows, lists: lists)
    }

    var forgottenFlows: Int { complete.forgottenFlows }
    var packetsDenied: Int { counted.denied + plain.counts.denied }

    /// Judges packets of the batch in order, and between them those specials that come before.
    func take(_ packets: FlatArray<PlainPacket>, _ count: Int, _ specials: ArraySlice<Special>) {
        var start = 0
        for special in specials {
            var end = start
            while end < count, packets[end].frame < special.frame { end += 1 }
            take(packets, start..<end)
            start = end
            take(special)
        }
        take(packets, start..<count)
    }

    private func take(_ packets: FlatArray<PlainPacket>, _ range: Range<Int>) {
        var start = range.lowerBound
        plain.restart(at: start)
        while start < range.upperBound {
            let size = min(PlainJudge.batch, range.upperBound - start)
            let (judged, events) = plain.judge(packets, start, range.upperBound)
            lists.count(plain, events: events)
            start += judged
            if judged < size {
                let packet = packets[start]
                take(
                    Special(
                        facts: PacketFacts(packet), frame: packet.frame, others: [], time: packet.time, isAtHome: true))
                start += 1
                plain.restart(at: start)
            }
        }
    }

    func take(_ special: Special) {
        let outcome = complete.judge(special.facts, time: special.time)
        for frame in special.others + [special.frame] {
            let row = PacketRow(frame: frame, outcome: outcome, key: special.facts.key)
            if special.isAtHome {
                counted.count(row, seen: special.frame)
            } else {
                strangers.append((row, special.frame))
            }
        }
        lists.countDepartures(plain)
    }

    /// Rows of other lanes come behind those of this one, whatever their frames.
    func openRound() { counted.openRound() }

    /// A row that another lane judged, or that nobody had to.
    func count(_ row: PacketRow, seen: Int) { counted.count(row, seen: seen) }

    func takeStrangers() -> [(row: PacketRow, seen: Int)] {
        defer { strangers.removeAll(keepingCapacity: true) }
        return strangers
    }

    /// Adds everything that was counted here.
    func add(to tally: inout ReplayTally) {
        plain.settleAll { lists.count($0) }
        lists.countDepartures(plain)
        tally.merge(counted)
        tally.add(plain)
        tally.add(lists)
    }
}

extension PacketFacts {
    init(_ packet: PlainPacket) {
        let connection: ConnectionFacts =
            packet.kind == .datagram
            ? .datagram : TCPSegment(rawValue: packet.kind.rawValue).map { .tcp($0) } ?? .invalid
        self.init(key: packet.key, connection: connection)
    }
}
