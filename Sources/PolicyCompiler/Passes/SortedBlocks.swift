import NetTypes

/// The blocks of one family in a set: sorted, disjoint, as few as can be.
struct SortedBlocks {
    private let blocks: ArraySlice<IPPrefix>

    /// - Parameter all: of both families, IPv4 first.
    init(_ all: [IPPrefix], _ family: IPFamily) {
        let border = all.firstSorted { $0.family != .v4 }
        blocks = family == .v4 ? all[..<border] : all[border...]
    }

    var isEmpty: Bool { blocks.isEmpty }
    var isFull: Bool { blocks.first?.length == 0 }

    /// O(s log l), s and l the smaller and the larger number of blocks.
    func isContained(in other: SortedBlocks) -> Bool {
        if blocks.count <= other.blocks.count { return blocks.allSatisfy(other.covers) }
        // Disjoint blocks that start in a block lie in it, unless it is one that is larger.
        var covered = 0
        for block in other.blocks {
            let range = self.range(startingIn: block)
            if range.count == 1, !block.contains(blocks[range.lowerBound]) { return false }
            covered += range.count
        }
        return covered == blocks.count
    }

    /// O(s log l), s and l the smaller and the larger number of blocks.
    func isDisjoint(from other: SortedBlocks) -> Bool {
        let (few, many) = blocks.count <= other.blocks.count ? (self, other) : (other, self)
        return few.blocks.allSatisfy { !many.covers($0) && many.range(startingIn: $0).isEmpty }
    }

    /// Whether one of these blocks contains the whole block.
    private func covers(_ block: IPPrefix) -> Bool {
        let next = blocks.firstSorted { $0.first > block.first }
        return next > blocks.startIndex && blocks[next - 1].contains(block)
    }

    private func range(startingIn block: IPPrefix) -> Range<Int> {
        let start = blocks.firstSorted { $0.first >= block.first }
        return start..<blocks[start...].firstSorted { $0.first > block.last }
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first place at which `isBehind` holds, which it does from there on; the end if nowhere. O(log count).
    func firstSorted(_ isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
