/// IPv4 blocks, 16, 8 and 8 bits at a time.
///
/// ```
/// entries[address >> 16] ─▶ leaf, or entries[block + (address >> 8 & 255)] ─▶ leaf, or entries[block + (address & 255)]
/// leaf: the high bit, and a value
/// ```
struct PrefixTrie: Sendable {
    static let leaf: UInt32 = 1 << 31

    private(set) var entries: [UInt32]

    init(_ value: UInt32) { entries = Array(repeating: PrefixTrie.leaf | value, count: 1 << 16) }

    func value(of address: UInt32) -> UInt32 {
        var entry = entries[Int(address >> 16)]
        if entry & PrefixTrie.leaf == 0 { entry = entries[Int(entry) + Int(address >> 8 & 255)] }
        if entry & PrefixTrie.leaf == 0 { entry = entries[Int(entry) + Int(address & 255)] }
        return entry & ~PrefixTrie.leaf
    }

    /// Blocks around this one must have been inserted before.
    mutating func insert(_ first: UInt32, length: Int, _ value: UInt32) {
        if length <= 16 {
            fill(Int(first >> 16), count: 1 << (16 - length), value)
            return
        }
        let second = block(at: Int(first >> 16))
        if length <= 24 {
            fill(second + Int(first >> 8 & 255), count: 1 << (24 - length), value)
            return
        }
        let third = block(at: second + Int(first >> 8 & 255))
        fill(third + Int(first & 255), count: 1 << (32 - length), value)
    }

    /// Raises every value.
    mutating func add(_ amount: Int) {
        for index in entries.indices where entries[index] & PrefixTrie.leaf != 0 { entries[index] += UInt32(amount) }
    }

    private mutating func fill(_ start: Int, count: Int, _ value: UInt32) {
        for index in start..<(start + count) { entries[index] = PrefixTrie.leaf | value }
    }

    /// The block behind an entry, made if there is none.
    private mutating func block(at index: Int) -> Int {
        let entry = entries[index]
        guard entry & PrefixTrie.leaf != 0 else { return Int(entry) }
        let block = entries.count
        entries += repeatElement(entry, count: 256)
        entries[index] = UInt32(block)
        return block
    }
}
