import NetTypes

/// Packets by pair of IPv4 addresses and verdict, of a limited number of pairs: those that came first. Owns its memory.
final class PairTable: @unchecked Sendable {
    struct Record: BitwiseCopyable {
        var source: UInt32
        var destination: UInt32
        /// The frame at which the pair was met.
        var firstSeen: Int
        var allowed = 0
        var denied = 0
        var undecided = 0
    }

    private var records: FlatArray<Record>
    private var index = ListIndex()
    /// Random, so that no capture can be made to collide.
    private let seed = UInt64.random(in: .min ... .max) | 1
    var count: Int { index.count }
    /// Packets of pairs that found the table full.
    private(set) var unlisted = 0
    let limit: Int
    /// New ones are taken while there are fewer.
    private var bound: Int

    init(limit: Int) {
        self.limit = min(max(0, limit), ListIndex.largestCount)
        bound = self.limit
        records = FlatArray(repeating: Record(source: 0, destination: 0, firstSeen: 0), count: 64)
    }

    /// What is counted until the next call may come in any order: takes all that is new, unless the list is full
    /// already. Whoever puts lists together cuts them to the limit.
    func openRound() { bound = count < limit ? ListIndex.largestCount : limit }

    deinit {
        records.deallocate()
        index.deallocate()
    }

    /// In the order in which they were entered.
    var all: [Record] { (0..<count).map { records[$0] } }

    /// - Parameter frame: at which the pair is met, perhaps for the first time.
    @inline(__always) func count(
        _ source: UInt32, _ destination: UInt32, _ verdict: ReplayVerdict, _ packets: Int, frame: Int
    ) {
        let position = position(source, destination, frame)
        guard position >= 0 else {
            unlisted += packets
            return
        }
        if frame < records[position].firstSeen { records[position].firstSeen = frame }
        switch verdict {
        case .allow: records[position].allowed += packets
        case .deny: records[position].denied += packets
        case .undecided: records[position].undecided += packets
        case .unjudged: break
        }
    }

    /// Loads what `count` will read of the index, for no other reason than that it is loaded.
    @inline(__always) func touchIndex(_ source: UInt32, _ destination: UInt32) -> Int {
        index.candidate(hash(source, destination))
    }

    /// Loads what `count` will read of the records, most of the time.
    @inline(__always) func touchRecord(_ source: UInt32, _ destination: UInt32) -> Int {
        let candidate = index.candidate(hash(source, destination))
        return candidate < 0 ? 0 : records[candidate].allowed
    }

    /// Keeps loads whose values nobody needs yet from being optimized away.
    var sink = 0

    private func position(_ source: UInt32, _ destination: UInt32, _ frame: Int) -> Int {
        let hash = hash(source, destination)
        let records = records
        let known = index.position(hash) {
            records[$0].source == source && records[$0].destination == destination
        }
        guard known < 0, count < bound else { return known }
        return append(Record(source: source, destination: destination, firstSeen: frame), hash)
    }

    private func append(_ record: Record, _ hash: UInt32) -> Int {
        let position = count
        if position == records.count { grow() }
        records[position] = record
        index.append(hash) { self.hash(records[$0].source, records[$0].destination) }
        return position
    }

    private func grow() {
        let old = records
        records = FlatArray(repeating: old[0], count: old.count * 2)
        for position in 0..<count { records[position] = old[position] }
        old.deallocate()
    }

    @inline(__always) private func hash(_ source: UInt32, _ destination: UInt32) -> UInt32 {
        let pair = UInt64(source) << 32 | UInt64(destination)
        let product = (pair ^ 0x2545_f491_4f6c_dd1d).multipliedFullWidth(by: seed)
        return UInt32(truncatingIfNeeded: product.high ^ product.low >> 16)
    }
}
