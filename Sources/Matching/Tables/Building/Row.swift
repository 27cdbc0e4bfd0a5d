/// What becomes of every class of services, once both ends are known: one entry for most classes, and the exceptions.
struct Row: Hashable {
    /// `TableEntry.raw` of every class that is not listed.
    var common: UInt32
    /// `class << 32 | entry`, ascending.
    var exceptions: [UInt64]

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
