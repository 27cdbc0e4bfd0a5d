/// Calico compares strings byte by byte; Swift's operators on `String` take canonically equivalent Unicode for equal.
extension String {
    func equalsBytewise(_ other: String) -> Bool {
        let mine = utf8.span
        let others = other.utf8.span
        guard mine.count == others.count else { return false }
        for index in mine.indices where mine[index] != others[index] { return false }
        return true
    }

    /// Whether it comes first in the order of UTF-8 bytes.
    public func precedesBytewise(_ other: String) -> Bool {
        let mine = utf8.span
        let others = other.utf8.span
        for index in 0..<min(mine.count, others.count) where mine[index] != others[index] {
            return mine[index] < others[index]
        }
        return mine.count < others.count
    }

    func startsBytewise(with prefix: String) -> Bool {
        let mine = utf8.span
        let others = prefix.utf8.span
        guard mine.count >= others.count else { return false }
        for index in others.indices where mine[index] != others[index] { return false }
        return true
    }
}

extension [String] {
    /// In bytewise order, without repeats.
    var sortedBytewise: [String] {
        var distinct: [String] = []
        for value in sorted(by: { $0.precedesBytewise($1) })
        where distinct.last.map({ !$0.equalsBytewise(value) }) ?? true { distinct.append(value) }
        return distinct
    }

    /// Of two lists in bytewise order without repeats; linear.
    func intersectedBytewise(_ other: [String]) -> [String] {
        var common: [String] = []
        var index = 0
        for value in self {
            while index < other.count, other[index].precedesBytewise(value) { index += 1 }
            if index < other.count, other[index].equalsBytewise(value) { common.append(value) }
        }
        return common
    }

    /// Whether a list in bytewise order holds `value`; binary search.
    func containsBytewise(_ value: String) -> Bool {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].precedesBytewise(value) { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low].equalsBytewise(value)
    }
}
