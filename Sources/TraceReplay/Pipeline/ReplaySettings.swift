/// What a replay keeps and how it judges.
public struct ReplaySettings: Sendable, Hashable {
    public var judging = PacketJudge.Options()
    /// Whether `ReplayEngine.takeRows()` yields a row per frame.
    public var listsPackets = false
    /// Rows that may wait for the rest of a fragmented datagram before the oldest is given out undecided.
    public var maximumWaitingRows = 1 << 18
    /// Denied flows, undecided flows and endpoint pairs kept for the report, each. Packets beyond are counted.
    public var maximumReportedFlows = 100_000

    /// Threads that judge, at most; the report is the same for any number. Only plain packets gain from more than one.
    public var workers = 1
    /// More are not used.
    public static let mostWorkers = 16

    /// Whether plain packets may take the plain path. Off, the complete engine judges all: the same report, slower.
    public var usesPlainPath = true

    /// Whether `ReplayEngine.takePassages()` yields the packets that nodes judged, bytes and all.
    public var recordsPassages: Bool {
        get { judging.recordsHops }
        set { judging.recordsHops = newValue }
    }

    public init() {}
}
