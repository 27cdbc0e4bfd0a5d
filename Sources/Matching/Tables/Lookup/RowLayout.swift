/// A row beside the common one of its program.
struct RowForm: Hashable, Sendable {
    /// The entry of every class that is not listed; `nil`: what the program's common row says.
    var common: UInt32?
    /// `class << 32 | entry`, ascending.
    var exceptions: [UInt64]

    /// The program's common row itself. What it says of most classes stands with the program.
    init(ofProgram row: Row) { exceptions = row.exceptions }

    /// Another row of a program, as what differs from its common row where that is less: so the rows of many programs
    /// are the same form, if these differ in nothing but what they share (a global policy).
    init(_ row: Row, over common: Row) {
        if let differences = row.differences(from: common), differences.count <= row.exceptions.count {
            exceptions = differences
        } else {
            self.common = row.common
            exceptions = row.exceptions
        }
    }

    /// The program's common row, whatever the service.
    static let plain = RowForm(ofProgram: .evaluate)

    var isPlain: Bool { common == nil && exceptions.isEmpty }
}

/// All rows in one array, laid over each other so that the gaps of one hold the entries of others.
///
/// ```
/// slots[start]           start, common entry              if the row has one of its own
/// slots[start + class]   start, entry    of an exception; another row's slot, or a free one: the common entry holds
/// value of a row: start << 1, with 1 added if it has a common entry of its own; direct | entry: one entry throughout;
///                 0: the program's common row throughout
/// ```
/// No two rows start at the same place, so a slot tells whose it is.
struct RowLayout: Sendable {
    struct Slot: Sendable {
        /// `UInt32.max`: free.
        var start: UInt32
        var entry: UInt32
    }

    /// In the value of a row that is one entry.
    static let direct: UInt32 = 1 << 31

    private(set) var slots: [Slot] = []
    /// By row.
    private(set) var values: [UInt32]
    private let classCount: Int
    private var isStart: [Bool] = []
    private var firstFree = 1

    /// Tries this many places before a row goes behind all others.
    private static let attempts = 1024
    private static let free = Slot(start: .max, entry: 0)

    init(_ rows: [RowForm], classCount: Int) {
        self.classCount = classCount
        values = Array(repeating: 0, count: rows.count)
        grow(classCount + 1)
        // A row with many exceptions finds a place only as long as the array is thin.
        var bySize: [[Int]] = []
        for (index, row) in rows.enumerated() where !row.isPlain {
            if let common = row.common, row.exceptions.isEmpty {
                values[index] = RowLayout.direct | common
                continue
            }
            while bySize.count <= row.exceptions.count { bySize.append([]) }
            bySize[row.exceptions.count].append(index)
        }
        for indices in bySize.reversed() {
            var start = 1
            for index in indices {
                start = place(rows[index], from: start)
                values[index] = UInt32(start) << 1 | (rows[index].common == nil ? 0 : 1)
            }
        }
    }

    /// Puts a row at the first place that fits, and returns it.
    private mutating func place(_ row: RowForm, from first: Int) -> Int {
        // Nothing before the first free slot fits, wherever in the row its first slot is.
        let lead = row.common != nil ? 0 : row.exceptions.first.map { Int($0 >> 32) } ?? 0
        var start = max(first, firstFree - lead, 1)
        var attempts = 0
        while !fits(row, at: start) {
            start += 1
            attempts += 1
            if attempts == RowLayout.attempts { start = max(start, slots.count - classCount) }
        }
        grow(start + classCount + 1)
        isStart[start] = true
        if let common = row.common { slots[start] = Slot(start: UInt32(start), entry: common) }
        for exception in row.exceptions {
            slots[start + Int(exception >> 32)] = Slot(
                start: UInt32(start), entry: UInt32(truncatingIfNeeded: exception))
        }
        while firstFree < slots.count, slots[firstFree].start != .max { firstFree += 1 }
        return start
    }

    private func fits(_ row: RowForm, at start: Int) -> Bool {
        guard start >= isStart.count || !isStart[start], row.common == nil || isFree(start) else { return false }
        return row.exceptions.allSatisfy { isFree(start + Int($0 >> 32)) }
    }

    private func isFree(_ index: Int) -> Bool { index >= slots.count || slots[index].start == .max }

    /// There is a slot for every class behind the last start.
    private mutating func grow(_ count: Int) {
        guard slots.count < count else { return }
        isStart += repeatElement(false, count: count - slots.count)
        slots += repeatElement(RowLayout.free, count: count - slots.count)
    }
}
