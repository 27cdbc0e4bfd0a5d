import NetTypes

/// The lines of all IPv4 TCP and UDP connections, in a fixed number of shards by the pair of addresses, so that shards
/// can be worked on at the same time and what one forgets depends on its own packets alone. Owns their memory.
///
/// A copy of a `FlowTable` that has shards is another name for the same connections.
final class FlowShards: @unchecked Sendable {
    /// Each has its share of the capacity.
    let shards: FlatArray<FlowLines>
    /// By shard: views that found no room in their lines and are kept elsewhere.
    let strays: FlatArray<Int>
    let hash: PlainHash
    let timeouts: FlowTimeouts
    private(set) var departures: FlatArray<FlowDeparture>
    private(set) var departureCount = 0

    /// - Parameter hash: of as many shards as `count(capacity)`.
    init(capacity: Int, timeouts: FlowTimeouts, hash: PlainHash) {
        let count = hash.shardCount
        self.hash = hash
        shards = FlatArray(repeating: FlowLines(capacity: 1), count: count)
        strays = FlatArray(repeating: 0, count: count)
        shards[0].deallocate()
        for shard in 0..<count { shards[shard] = FlowLines(capacity: max(1, capacity / count)) }
        self.timeouts = timeouts
        departures = FlatArray(repeating: FlowDeparture(source: 0, destination: 0, packets: 0), count: 64)
    }

    deinit {
        for shard in 0..<shards.count { shards[shard].deallocate() }
        shards.deallocate()
        strays.deallocate()
        departures.deallocate()
    }

    /// 64, and 1 where a share would be next to nothing.
    static func count(_ capacity: Int) -> Int { capacity < 4096 ? 1 : 64 }

    var capacity: Int { (0..<shards.count).reduce(0) { $0 + shards[$1].capacity } }
    var count: Int { (0..<shards.count).reduce(0) { $0 + shards[$1].count } }
    var evictions: Int { (0..<shards.count).reduce(0) { $0 + shards[$1].evictions } }

    /// The same for both directions, and for all connections of two addresses.
    static func shard(_ a: UInt128, _ b: UInt128, of count: Int) -> Int {
        func fold(_ address: UInt128) -> UInt32 {
            let half = UInt64(truncatingIfNeeded: address) ^ UInt64(truncatingIfNeeded: address >> 64)
            return UInt32(truncatingIfNeeded: half ^ half >> 32)
        }
        return Int(PlainHash(shardCount: count, keys: (0, 0, 0, 0)).shard(fold(min(a, b)), fold(max(a, b))))
    }

    /// Keeps what a line has counted until somebody takes it.
    func depart(_ line: FlowLine) {
        if line.packetsFromA > 0 {
            depart(FlowDeparture(source: line.addressA, destination: line.addressB, packets: line.packetsFromA))
        }
        if line.packetsFromB > 0 {
            depart(FlowDeparture(source: line.addressB, destination: line.addressA, packets: line.packetsFromB))
        }
    }

    private func depart(_ departure: FlowDeparture) {
        if departureCount == departures.count {
            let old = departures
            departures = FlatArray(repeating: departure, count: old.count * 2)
            for index in 0..<departureCount { departures[index] = old[index] }
            old.deallocate()
        }
        departures[departureCount] = departure
        departureCount += 1
    }

    /// Every line gives up its counts.
    func settleAll() {
        for shard in 0..<shards.count { shards[shard].settleAll { depart($0) } }
    }

    /// What departed is counted.
    func forgetDepartures() { departureCount = 0 }
}

/// Packets of a connection that were let through, one direction of it.
public struct FlowDeparture: BitwiseCopyable, Sendable {
    public var source: UInt32
    public var destination: UInt32
    public var packets: UInt32
}
