/// Calico compares strings byte by byte; Swift's operators on `String` take canonically equivalent Unicode for equal.
extension String {
    func equalsBytewise(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
    func precedesBytewise(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
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
