/// All rows in one array, laid over each other so that the gaps of one hold the entries of others.
///
/// ```
/// slots[row]           row, common entry                 row: where it begins, which no other row does
/// slots[row + class]   row, entry    of an exception;    another row's slot, or a free one: the common entry holds
/// ```
struct RowLayout: Sendable {
    struct Slot: Sendable {
        /// `UInt32.max`: free.
        var row: UInt32
        var entry: UInt32
    }

    private(set) var slots: [Slot] = []
    /// Where each row begins.
    private(set) var starts: [UInt32]
    /// Some slots behind the last start, as many as there are classes.
    private let classCount: Int
    private var firstFree = 0

    /// Tries this many places before a row goes behind all others.
    private static let attempts = 1024

    init(_ rows: [Row], classCount: Int) {
        self.classCount = classCount
        starts = Array(repeating: 0, count: rows.count)
        let free = Slot(row: .max, entry: 0)
        slots = Array(repeating: free, count: classCount + 1)
        // A row with many exceptions finds a place only as long as the array is thin.
        var bySize: [[Int]] = []
        for (index, row) in rows.enumerated() {
            while bySize.count <= row.exceptions.count { bySize.append([]) }
            bySize[row.exceptions.count].append(index)
        }
        for indices in bySize.reversed() {
            var start = firstFree
            for index in indices {
                start = place(rows[index], from: max(start, firstFree))
                starts[index] = UInt32(start)
            }
        }
    }

    /// Puts a row at the first place that fits, and returns it.
    private mutating func place(_ row: Row, from first: Int) -> Int {
        var start = first
        var attempts = 0
        while !fits(row, at: start) {
            start += 1
            attempts += 1
            if attempts == RowLayout.attempts { start = max(start, slots.count - classCount) }
        }
        let end = start + classCount + 1
        if slots.count < end { slots += repeatElement(Slot(row: .max, entry: 0), count: end - slots.count) }
        slots[start] = Slot(row: UInt32(start), entry: row.common)
        for exception in row.exceptions {
            slots[start + Int(exception >> 32)] = Slot(
                row: UInt32(start), entry: UInt32(truncatingIfNeeded: exception))
        }
        while firstFree < slots.count, slots[firstFree].row != .max { firstFree += 1 }
        return start
    }

    private func fits(_ row: Row, at start: Int) -> Bool {
        guard isFree(start) else { return false }
        return row.exceptions.allSatisfy { isFree(start + Int($0 >> 32)) }
    }

    private func isFree(_ index: Int) -> Bool { index >= slots.count || slots[index].row == .max }
}
