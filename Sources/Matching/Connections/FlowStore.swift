/// Connections by key: an open-addressed index over a pool of entries, bounded.
///
/// ```
/// slots[hash & mask …] ─▶ position + 1 in entries (0: free), linear probing, at most half full
/// entries[position]       reused through `vacant`
/// ```
/// A full store forgets a connection that was not seen lately (second chance, in order of the pool), so that what is
/// forgotten depends on the packets alone and not on the hash seed.
struct FlowStore: Sendable {
    private(set) var entries: [FlowEntry] = []
    private(set) var evictions = 0
    private var slots: [UInt32] = Array(repeating: 0, count: 64)
    private var vacant: [UInt32] = []
    private var hand = 0
    private let capacity: Int
    private let seed: UInt64

    /// - Parameter capacity: connections remembered at most; at least 1.
    init(capacity: Int) {
        self.capacity = max(1, min(capacity, Int(UInt32.max / 4)))
        seed = UInt64.random(in: .min ... .max)
    }

    var count: Int { entries.count - vacant.count }

    subscript(position: Int) -> FlowEntry {
        get { entries[position] }
        _modify { yield &entries[position] }
    }

    func position(of tuple: FlowTuple) -> Int? {
        var slot = Int(tuple.hash(seed: seed)) & (slots.count - 1)
        while slots[slot] != 0 {
            let position = Int(slots[slot] - 1)
            if entries[position].tuple == tuple { return position }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// `entry.tuple` must not be in the store yet.
    mutating func insert(_ entry: FlowEntry) {
        if count >= capacity { evict() }
        var entry = entry
        entry.hash = entry.tuple.hash(seed: seed)
        let position: Int
        if let reused = vacant.popLast() {
            position = Int(reused)
            entries[position] = entry
        } else {
            position = entries.count
            entries.append(entry)
            if entries.count * 2 > slots.count { growIndex() }
        }
        link(position)
    }

    mutating func remove(_ position: Int) {
        entries[position].isLive = false
        vacant.append(UInt32(position))
        let mask = slots.count - 1
        var hole = Int(entries[position].hash) & mask
        while Int(slots[hole]) != position + 1 { hole = (hole + 1) & mask }
        // Close the gap: pull back every later entry of the run whose home is not behind the hole.
        var slot = (hole + 1) & mask
        while slots[slot] != 0 {
            let home = Int(entries[Int(slots[slot] - 1)].hash) & mask
            if (slot - home) & mask >= (slot - hole) & mask {
                slots[hole] = slots[slot]
                hole = slot
            }
            slot = (slot + 1) & mask
        }
        slots[hole] = 0
    }

    private mutating func link(_ position: Int) {
        var slot = Int(entries[position].hash) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(position + 1)
    }

    private mutating func growIndex() {
        let newest = entries.count - 1
        slots = Array(repeating: 0, count: slots.count * 2)
        for position in entries.indices where entries[position].isLive && position != newest { link(position) }
    }

    private mutating func evict() {
        while true {
            hand = hand < entries.count ? hand : 0
            let position = hand
            hand += 1
            guard entries[position].isLive else { continue }
            if entries[position].isRecent {
                entries[position].isRecent = false
            } else {
                remove(position)
                evictions += 1
                return
            }
        }
    }
}
