/// All address classes, grouped by which of some atoms they have: what one program can tell apart.
///
/// ```
/// spans: [0 ..< 7: group 0] [7 ..< 9: group 1] [9 ..< 40: group 0] …        group 0 has none of the atoms
/// ```
/// Cost: O(ranges of the atoms), not the number of classes.
struct ClassPartition {
    struct Span {
        var classes: Range<UInt32>
        var group: Int
    }

    private(set) var spans: [Span] = []
    /// Per group, bits by position in `atoms`.
    private(set) var members: [AtomBits]

    init<Number>(_ atoms: [UInt32], _ classes: AddressClasses<Number>, _ labels: inout LabelSource) {
        members = [AtomBits(count: atoms.count)]
        var events: [UInt64] = []
        for (position, atom) in atoms.enumerated() {
            for range in classes.ranges(of: atom) {
                events.append(UInt64(range.lowerBound) << 32 | UInt64(position))
                events.append(UInt64(range.upperBound) << 32 | UInt64(position))
            }
        }
        events.sort()
        let labelOf = atoms.map { _ in labels.next() }
        var groups: [UInt128: Int] = [0: 0]
        var label: UInt128 = 0
        var bits = members[0]
        var start: UInt32 = 0
        for event in events {
            let position = UInt32(event >> 32)
            if position > start { append(start..<position, label, bits, &groups) }
            start = position
            let atom = Int(event & 0xffff_ffff)
            label ^= labelOf[atom]
            bits.toggle(atom)
        }
        if Int(start) < classes.count { append(start..<UInt32(classes.count), label, bits, &groups) }
    }

    private mutating func append(
        _ classes: Range<UInt32>, _ label: UInt128, _ bits: AtomBits, _ groups: inout [UInt128: Int]
    ) {
        let group: Int
        if let known = groups[label] {
            group = known
        } else {
            group = members.count
            groups[label] = group
            members.append(bits)
        }
        spans.append(Span(classes: classes, group: group))
    }

    /// The group of one class. O(log spans).
    func group(of addressClass: UInt32) -> Int {
        var (low, high) = (0, spans.count)
        while low < high {
            let middle = (low + high) / 2
            if spans[middle].classes.upperBound <= addressClass { low = middle + 1 } else { high = middle }
        }
        return spans[low].group
    }
}

/// A set of small numbers.
struct AtomBits: Hashable {
    private(set) var words: [UInt64]

    init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

    func contains(_ index: Int) -> Bool { words[index >> 6] >> UInt64(index & 63) & 1 == 1 }

    mutating func toggle(_ index: Int) { words[index >> 6] ^= 1 << UInt64(index & 63) }

    /// Ascending.
    var members: [Int] {
        var members: [Int] = []
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                members.append(index << 6 | rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return members
    }
}
