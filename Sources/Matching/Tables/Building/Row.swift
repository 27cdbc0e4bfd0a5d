/// What becomes of every class of services, once both ends are known: one entry for most classes, and the exceptions.
struct Row: Hashable {
    /// `TableEntry.raw` of every class that is not listed.
    var common: UInt32
    /// `class << 32 | entry`, ascending.
    var exceptions: [UInt64]

    /// The exceptions to another row that make it this one; `nil` when most services differ.
    func differences(from other: Row) -> [UInt64]? {
        guard common == other.common else { return nil }
        var result: [UInt64] = []
        var theirs = other.exceptions[...]
        for exception in exceptions {
            while let first = theirs.first, first >> 32 < exception >> 32 {
                result.append(restored(first))
                theirs.removeFirst()
            }
            if theirs.first == exception {
                theirs.removeFirst()
                continue
            }
            if let first = theirs.first, first >> 32 == exception >> 32 { theirs.removeFirst() }
            result.append(exception)
        }
        return result + theirs.map { restored($0) }
    }

    /// An exception of another row's, undone.
    private func restored(_ exception: UInt64) -> UInt64 { exception & ~0xffff_ffff | UInt64(common) }

    var greatestEntry: UInt32 { exceptions.reduce(common) { max($0, UInt32(truncatingIfNeeded: $1)) } }

    /// All packets are to be evaluated.
    static let evaluate = Row(common: 0, exceptions: [])
    /// There is no policy at this end.
    static let notAsked = Row(common: TableEntry.notAsked.raw, exceptions: [])
}

/// Equal rows once.
struct RowStore {
    private(set) var rows: [Row] = []
    private var numbers: [Row: UInt32] = [:]

    mutating func number(of row: Row) -> UInt32 {
        if let known = numbers[row] { return known }
        let new = UInt32(rows.count)
        numbers[row] = new
        rows.append(row)
        return new
    }
}
