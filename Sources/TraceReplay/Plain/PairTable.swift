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
    /// Tag (8 bits) and position + 1 (24 bits) in `records`; 0: free.
    private var index: FlatArray<UInt32>
    private(set) var count = 0
    /// Packets of pairs that found the table full.
    private(set) var unlisted = 0
    let limit: Int
    /// New ones are taken while there are fewer.
    private var bound: Int

    init(limit: Int) {
        self.limit = min(max(0, limit), Self.largestLimit)
        bound = self.limit
        records = FlatArray(repeating: Record(source: 0, destination: 0, firstSeen: 0), count: 64)
        index = FlatArray(repeating: 0, count: 256)
    }

    private static let largestLimit = 1 << 24 - 2

    /// What is counted until the next call may come in any order: takes all that is new, unless the list is full
    /// already. Whoever puts lists together cuts them to the limit.
    func openRound() { bound = count < limit ? Self.largestLimit : limit }

    deinit {
        records.deallocate()
        index.deallocate()
    }

    subscript(position: Int) -> Record { records[position] }

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
    @inline(__always) func touchIndex(_ source: UInt32, _ destination: UInt32) -> UInt32 {
        index[Int(PairTable.hash(source, destination)) & (index.count - 1)]
    }

    /// Loads what `count` will read of the records, most of the time.
    @inline(__always) func touchRecord(_ source: UInt32, _ destination: UInt32) -> UInt32 {
        let hash = PairTable.hash(source, destination)
        let entry = index[Int(hash) & (index.count - 1)]
        return entry >> 24 == hash >> 24 && entry != 0 ? records[Int(entry & 0xff_ffff) - 1].source : 0
    }

    /// Keeps loads whose values nobody needs yet from being optimized away.
    var sink: UInt32 = 0

    private func position(_ source: UInt32, _ destination: UInt32, _ frame: Int) -> Int {
        let hash = PairTable.hash(source, destination)
        var slot = Int(hash) & (index.count - 1)
        while index[slot] != 0 {
            if index[slot] >> 24 == hash >> 24 {
                let position = Int(index[slot] & 0xff_ffff) - 1
                if records[position].source == source, records[position].destination == destination {
                    return position
                }
            }
            slot = (slot + 1) & (index.count - 1)
        }
        guard count < bound else { return -1 }
        if count == records.count { grow() }
        records[count] = Record(source: source, destination: destination, firstSeen: frame)
        count += 1
        if count * 4 > index.count { growIndex() } else { index[slot] = hash & 0xff00_0000 | UInt32(count) }
        return count - 1
    }

    private func grow() {
        let old = records
        records = FlatArray(repeating: old[0], count: old.count * 2)
        for position in 0..<count { records[position] = old[position] }
        old.deallocate()
    }

    private func growIndex() {
        let size = index.count * 4
        index.deallocate()
        index = FlatArray(repeating: 0, count: size)
        for position in 0..<count {
            let hash = PairTable.hash(records[position].source, records[position].destination)
            var slot = Int(hash) & (size - 1)
            while index[slot] != 0 { slot = (slot + 1) & (size - 1) }
            index[slot] = hash & 0xff00_0000 | UInt32(position + 1)
        }
    }

    @inline(__always) private static func hash(_ source: UInt32, _ destination: UInt32) -> UInt32 {
        let pair = UInt64(source) << 32 | UInt64(destination)
        let product = (pair ^ 0x2545_f491_4f6c_dd1d).multipliedFullWidth(by: seed)
        return UInt32(truncatingIfNeeded: product.high ^ product.low >> 16)
    }

    /// Random, so that no capture can be made to collide.
    private static let seed = UInt64.random(in: .min ... .max) | 1
}
