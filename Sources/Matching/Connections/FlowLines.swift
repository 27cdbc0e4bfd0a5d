import NetTypes

/// Connections by key: an open-addressed index over a pool of lines, bounded. One of the shards of `FlowShards`, which
/// owns the memory.
///
/// ```
/// index[hash & mask …] ─▶ hash (upper half) and position + 1 (0: free), linear probing, half full at most
/// pool[position]          64 bytes; reused through `vacant`, the last one freed first
/// ```
/// A full pool forgets a connection that was not seen lately (second chance, in order of the pool), so that what is
/// forgotten depends on the packets alone and not on the seed of the hash.
struct FlowLines: BitwiseCopyable {
    private(set) var pool: FlatArray<FlowLine>
    private(set) var index: FlatArray<UInt64>
    private var vacant: FlatArray<UInt32>
    private var vacantCount = 0
    /// Positions below were in use once.
    private var used = 0
    private var hand = 0
    private(set) var evictions = 0
    let capacity: Int

    static let largestCapacity = 1 << 30
    private static let initialCapacity = 32

    /// - Parameter capacity: connections remembered at most.
    init(capacity: Int) {
        self.capacity = max(1, min(capacity, Self.largestCapacity))
        let size = min(Self.initialCapacity, self.capacity)
        pool = FlatArray(repeating: FlowLine(.none, hash: 0), count: size)
        vacant = FlatArray(repeating: 0, count: size)
        index = FlatArray(repeating: 0, count: Self.initialCapacity * 2)
    }

    func deallocate() {
        pool.deallocate()
        vacant.deallocate()
        index.deallocate()
    }

    var count: Int { used - vacantCount }

    /// The slot where the search for a hash starts.
    @inline(__always) func home(_ hash: UInt32) -> Int { Int(hash) & (index.count &- 1) }

    /// Lets the load begin of where the search for a hash starts.
    @inline(__always) func prefetchIndex(_ hash: UInt32) { index.prefetch(home(hash)) }

    /// Lets the load begin of the line that has to go for the next new one.
    @inline(__always) func prefetchRoom() {
        if count >= capacity { pool.prefetch(hand < used ? hand : 0) }
    }

    /// The same for its place in the index; reads the line.
    @inline(__always) func prefetchRoomIndex() {
        if count >= capacity { index.prefetch(home(pool[hand < used ? hand : 0].hash)) }
    }

    /// Where a line may be: the first entry with the hash. -1: nowhere. Reads the index alone.
    @inline(__always) func candidate(_ hash: UInt32) -> Int {
        var slot = home(hash)
        while true {
            let entry = index[slot]
            if entry == 0 { return -1 }
            if entry >> 32 == UInt64(hash) { return Int(entry & 0xffff_ffff) &- 1 }
            slot = (slot &+ 1) & (index.count &- 1)
        }
    }

    /// The position of a key's line, or -1.
    @inline(__always) func position(of key: FlowLineKey, hash: UInt32) -> Int {
        var slot = home(hash)
        while true {
            let entry = index[slot]
            if entry == 0 { return -1 }
            if entry >> 32 == UInt64(hash) {
                let position = Int(entry & 0xffff_ffff) &- 1
                if pool[position].matches(key) { return position }
            }
            slot = (slot &+ 1) & (index.count &- 1)
        }
    }

    /// Enters a line whose key must not be there yet. One that has to go for it is handed to `leave` first.
    @discardableResult mutating func insert(_ line: FlowLine, leave: (FlowLine) -> Void) -> Int {
        if count >= capacity { evict(leave) }
        let position: Int
        if vacantCount > 0 {
            vacantCount -= 1
            position = Int(vacant[vacantCount])
        } else {
            if used == pool.count { growPool() }
            position = used
            used += 1
        }
        pool[position] = line
        if used * 2 > index.count { growIndex() } else { link(position, line.hash) }
        return position
    }

    /// Takes a line out; the caller has counted up what it holds.
    mutating func remove(_ position: Int) {
        pool[position].flags = []
        vacant[vacantCount] = UInt32(position)
        vacantCount += 1
        let mask = index.count - 1
        var hole = home(pool[position].hash)
        while Int(index[hole] & 0xffff_ffff) != position + 1 { hole = (hole + 1) & mask }
        // Close the gap: pull back every later entry of the run whose home is not behind the hole.
        var slot = (hole + 1) & mask
        while index[slot] != 0 {
            let home = home(UInt32(truncatingIfNeeded: index[slot] >> 32))
            if (slot - home) & mask >= (slot - hole) & mask {
                index[hole] = index[slot]
                hole = slot
            }
            slot = (slot + 1) & mask
        }
        index[hole] = 0
    }

    private func link(_ position: Int, _ hash: UInt32) {
        var slot = home(hash)
        while index[slot] != 0 { slot = (slot + 1) & (index.count - 1) }
        index[slot] = UInt64(hash) << 32 | UInt64(position + 1)
    }

    private mutating func evict(_ leave: (FlowLine) -> Void) {
        while true {
            hand = hand < used ? hand : 0
            let position = hand
            hand += 1
            guard pool[position].flags.contains(.isTaken) else { continue }
            if pool[position].flags.contains(.isRecent) {
                pool[position].flags.remove(.isRecent)
            } else {
                leave(pool[position])
                remove(position)
                evictions += 1
                return
            }
        }
    }

    private mutating func growPool() {
        let size = min(pool.count * 2, capacity)
        let (oldPool, oldVacant) = (pool, vacant)
        pool = FlatArray(repeating: FlowLine(.none, hash: 0), count: size)
        vacant = FlatArray(repeating: 0, count: size)
        for position in 0..<used { pool[position] = oldPool[position] }
        oldPool.deallocate()
        oldVacant.deallocate()
    }

    private mutating func growIndex() {
        let size = index.count * 2
        index.deallocate()
        index = FlatArray(repeating: 0, count: size)
        for position in 0..<used where pool[position].flags.contains(.isTaken) { link(position, pool[position].hash) }
    }

    /// Hands every line in use to `body`, and sets its counts back.
    func settleAll(_ body: (FlowLine) -> Void) {
        for position in 0..<used where pool[position].flags.contains(.isTaken) {
            body(pool[position])
            pool[position].forgetPackets()
        }
    }
}

extension FlowLineKey {
    static let none = FlowLineKey(addressA: 0, addressB: 0, ports: 0, proto: 0)
}
