/// A fixed list of names, for finding the entries of mappings without making a `String` of every key.
public struct KeyTable: Sendable {
    /// All names, one after the other.
    private let bytes: [UInt8]
    /// Where each name ends in `bytes`.
    private let ends: [Int]
    /// Open addressing by `hash`: position of a name plus one, 0 for none. At most half full.
    private let slots: [UInt32]

    /// Of equal names the last one counts.
    public init(_ names: some Collection<String>) {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        var slots = [UInt32](repeating: 0, count: Self.slotCount(names.count))
        for name in names {
            let start = bytes.count
            bytes += Array(name.utf8)
            ends.append(bytes.count)
            var slot = Self.slot(Self.hash(bytes.span.extracting(start...)), slots.count)
            while slots[slot] != 0, !Self.isEqual(bytes, ends, Int(slots[slot]) - 1, bytes.span.extracting(start...)) {
                slot = (slot + 1) & (slots.count - 1)
            }
            slots[slot] = UInt32(ends.count)
        }
        self.bytes = bytes
        self.ends = ends
        self.slots = slots
    }

    /// Position of `name` in the list.
    public func position(of name: String) -> Int? {
        var name = name
        return name.withUTF8 { unsafe position(of: $0.span) }
    }

    func position(of name: Span<UInt8>) -> Int? {
        var slot = Self.slot(Self.hash(name), slots.count)
        while slots[slot] != 0 {
            let position = Int(slots[slot]) - 1
            if Self.isEqual(bytes, ends, position, name) { return position }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    // MARK: Hashing

    private static func slotCount(_ names: Int) -> Int {
        var count = 2
        while count < names * 2 { count *= 2 }
        return count
    }

    private static func slot(_ hash: UInt64, _ count: Int) -> Int { Int(truncatingIfNeeded: hash >> 32) & (count - 1) }

    /// Of the length, the first and the last eight bytes: that tells the names of an API apart.
    private static func hash(_ name: Span<UInt8>) -> UInt64 {
        let count = name.count
        var (first, last): (UInt64, UInt64) = (0, 0)
        if count >= 8 {
            unsafe name.withUnsafeBytes { bytes in
                first = unsafe bytes.loadUnaligned(as: UInt64.self)
                last = unsafe bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            }
        } else {
            for index in 0..<count { first = first << 8 | UInt64(name[index]) }
        }
        return (first ^ (last << 31 | last >> 33) ^ UInt64(count)) &* 0x9e37_79b9_7f4a_7c15
    }

    private static func isEqual(_ bytes: [UInt8], _ ends: [Int], _ position: Int, _ name: Span<UInt8>) -> Bool {
        let start = position == 0 ? 0 : ends[position - 1]
        guard ends[position] - start == name.count else { return false }
        for index in 0..<name.count where bytes[start + index] != name[index] { return false }
        return true
    }
}

extension Node {
    /// Names a node of a tree without holding the tree.
    public struct Reference: Sendable {
        let index: UInt32

        /// No node.
        public static let none = Reference(index: .max)
        public var isNone: Bool { index == .max }
    }

    public var reference: Reference { Reference(index: index) }

    /// The node of this node's tree that `reference` names; `nil` for `.none`. It must be of this tree.
    public func node(_ reference: Reference) -> Node? {
        reference.isNone ? nil : Node(tree: tree, index: reference.index)
    }

    /// The values of this mapping by the positions of their keys in `table`, of equal keys the last one's; keys at
    /// `limit` and beyond are passed over. `nil` when a key is not in the table, or this is no mapping.
    public func values(by table: KeyTable, limit: Int) -> [Reference]? {
        guard kind == .mapping else { return nil }
        var values = [Reference](repeating: .none, count: limit)
        var remaining = record.count / 2
        var index = Int(self.index) + 1
        while remaining > 0 {
            let key = tree.records[index]
            let valueIndex = Int(key.nextSibling)
            if key.isSkipped {
                index = valueIndex
                continue
            }
            guard let position = tree.withText(of: key, { table.position(of: $0) }) else { return nil }
            if position < limit { values[position] = Reference(index: UInt32(valueIndex)) }
            index = Int(tree.records[valueIndex].nextSibling)
            remaining -= 1
        }
        return values
    }
}
