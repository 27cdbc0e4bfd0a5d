import NetTypes

/// Finds the records of a list by their hash: open addressing, a quarter full at most. Its owner calls `deallocate()`.
///
/// ```
/// slots[hash & mask …] ─▶ tag (8 bits of the hash) and position + 1 (24 bits; 0: free)
/// ```
struct ListIndex {
    /// Records that it can tell apart.
    static let largestCount = 1 << 24 - 2

    private var slots = FlatArray<UInt32>(repeating: 0, count: 256)
    private(set) var count = 0

    func deallocate() { slots.deallocate() }

    /// The position that a record with this hash has most likely, or -1. Reads the index alone.
    @inline(__always) func candidate(_ hash: UInt32) -> Int {
        let entry = slots[Int(hash) & (slots.count &- 1)]
        return entry != 0 && entry >> 24 == hash >> 24 ? Int(entry & 0xff_ffff) &- 1 : -1
    }

    /// The position of the record that `isIt` tells, or -1.
    @inline(__always) func position(_ hash: UInt32, _ isIt: (Int) -> Bool) -> Int {
        var slot = Int(hash) & (slots.count &- 1)
        while slots[slot] != 0 {
            if slots[slot] >> 24 == hash >> 24 {
                let position = Int(slots[slot] & 0xff_ffff) &- 1
                if isIt(position) { return position }
            }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
        return -1
    }

    /// Enters the record behind the last one. `hashOf` tells those of all so far.
    mutating func append(_ hash: UInt32, _ hashOf: (Int) -> UInt32) {
        if (count + 1) * 4 > slots.count {
            let size = slots.count * 4
            slots.deallocate()
            slots = FlatArray(repeating: 0, count: size)
            for position in 0..<count { link(position, hashOf(position)) }
        }
        link(count, hash)
        count += 1
    }

    private func link(_ position: Int, _ hash: UInt32) {
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = hash & 0xff00_0000 | UInt32(position + 1)
    }
}
