/// Ranks by Zipf's law: rank r comes with a share proportional to 1/(r+1). One draw costs two loads (Walker's alias
/// method): a column is chosen, then either its own rank or the one that shares the column.
struct ZipfTable: Sendable {
    /// Of a column: its own rank's part of it, in 2^32; the rank that has the rest.
    private var columns: [(share: UInt32, other: UInt32)]

    init(ranks: Int) {
        let total = (0..<ranks).reduce(0.0) { $0 + 1 / Double($1 + 1) }
        var weights = (0..<ranks).map { Double(ranks) / (Double($0 + 1) * total) }
        columns = Array(repeating: (share: UInt32.max, other: 0), count: ranks)
        var small = weights.indices.filter { weights[$0] < 1 }
        var large = weights.indices.filter { weights[$0] >= 1 }
        while let low = small.popLast(), let high = large.last {
            columns[low] = (UInt32(weights[low] * 4_294_967_295), UInt32(high))
            weights[high] -= 1 - weights[low]
            if weights[high] < 1 { small.append(large.removeLast()) }
        }
    }

    func rank(_ random: inout RandomStream) -> Int {
        let bits = random.next()
        let column = Int(truncatingIfNeeded: ((bits >> 32) &* UInt64(columns.count)) >> 32)
        let entry = columns[column]
        return UInt32(truncatingIfNeeded: bits) <= entry.share ? column : Int(entry.other)
    }
}
