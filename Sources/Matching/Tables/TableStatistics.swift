/// How large the tables of both families are together.
public struct TableStatistics: Sendable, Hashable {
    /// Records: addresses that have one of their own, and those that share one.
    public var addresses = 0
    public var sharedRecords = 0
    /// Groups of addresses that no rule tells apart.
    public var classes = 0
    /// Groups of services that no rule tells apart.
    public var services = 0
    /// Programs as the endpoints have them: one that looks at its own end's address counts once per kind of it.
    public var programs = 0
    /// Programs left out because they would have made the tables too large.
    public var skippedPrograms = 0
    /// Groups of classes that most programs treat alike.
    public var columns = 0
    /// (program, class) pairs whose row is not that of the class's column.
    public var cells = 0
    /// Distinct rows, and the slots that they take laid over each other.
    public var rows = 0
    public var rowSlots = 0
    /// Entries of rows, common ones and exceptions, and those of them that say `evaluate`.
    public var entries = 0
    public var residualEntries = 0
    public var bytes = 0

    /// Share of the entries that only `Matcher` can answer.
    public var residualShare: Double { entries == 0 ? 0 : Double(residualEntries) / Double(entries) }

    /// Name and value of each count, in printing order.
    public var counts: [(name: String, value: Int)] {
        [
            ("addresses", addresses), ("sharedRecords", sharedRecords), ("classes", classes), ("services", services),
            ("programs", programs), ("skippedPrograms", skippedPrograms), ("columns", columns), ("cells", cells),
            ("rows", rows),
            ("rowSlots", rowSlots), ("entries", entries), ("residualEntries", residualEntries), ("bytes", bytes),
        ]
    }
}

extension TableStatistics {
    /// Of one family.
    init(_ parts: TableParts, rows: [Row], classes: Int, singles: Int, records: Int, bytes: Int) {
        addresses = singles
        sharedRecords = records
        self.classes = classes
        services = parts.services.count - 1
        programs = parts.programs.count / ProgramLine.words
        skippedPrograms = parts.skippedPrograms
        columns = Int(parts.columns.count)
        cells = parts.cellCount
        self.rows = rows.count
        rowSlots = parts.rows.slots.count
        entries = rows.reduce(0) { $0 + 1 + $1.exceptions.count }
        residualEntries = rows.reduce(0) { sum, row in
            sum + (row.common == 0 ? 1 : 0) + row.exceptions.count { UInt32(truncatingIfNeeded: $0) == 0 }
        }
        self.bytes = bytes
    }

    mutating func add(_ other: TableStatistics) {
        addresses += other.addresses
        sharedRecords += other.sharedRecords
        classes += other.classes
        services += other.services
        programs += other.programs
        skippedPrograms += other.skippedPrograms
        columns += other.columns
        cells += other.cells
        rows += other.rows
        rowSlots += other.rowSlots
        entries += other.entries
        residualEntries += other.residualEntries
        bytes += other.bytes
    }
}
