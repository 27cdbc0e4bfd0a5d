/// The members of one domain set in one family: open addressing, at most half full; grows when it must.
///
/// ```
/// slots[hash & mask …]: a key, or free; a removed key's place is filled from behind, so that no search breaks off
/// ```
/// A look-up is one or two probes and allocates nothing; an insertion allocates when the table doubles.
struct DomainAddresses<Key: MemberKey>: Sendable {
    private var slots: [Key]
    private(set) var count = 0

    init(_ keys: some Sequence<Key>) {
        slots = [Key](repeating: .free, count: 8)
        for key in keys { insert(key) }
    }

    @inline(__always) func contains(_ key: Key) -> Bool { slots[place(of: key)] == key }

    mutating func insert(_ key: Key) {
        let free = place(of: key)
        guard slots[free] != key else { return }
        slots[free] = key
        count += 1
        if count * 2 > slots.count { grow() }
    }

    mutating func remove(_ key: Key) {
        var hole = place(of: key)
        guard slots[hole] == key else { return }
        count -= 1
        var next = (hole + 1) & mask
        while slots[next] != .free {
            // The key behind moves up unless its search starts behind the hole.
            let start = home(of: slots[next])
            if (next &- start) & mask >= (next &- hole) & mask {
                slots[hole] = slots[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        slots[hole] = .free
    }

    private var mask: Int { slots.count - 1 }

    private func home(of key: Key) -> Int { Int(truncatingIfNeeded: key.hash) & mask }

    /// Where the key is, or the free slot where it would be.
    @inline(__always) private func place(of key: Key) -> Int {
        var slot = home(of: key)
        while slots[slot] != .free, slots[slot] != key { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        let old = slots
        slots = [Key](repeating: .free, count: old.count * 2)
        for key in old where key != .free { slots[place(of: key)] = key }
    }
}
