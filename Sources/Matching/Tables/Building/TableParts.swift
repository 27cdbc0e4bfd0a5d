import NetTypes

/// The programs, rows and services of one family as flat arrays, ready to be copied into one piece of memory.
///
/// ```
/// (program, class) ─▶ cells: program << (classBits + rowBits) | class << rowBits | row,  or programRows[program]
/// (row, class of services) ─▶ rows[row + class], or rows[row]
/// ```
struct TableParts: Sendable {
    private(set) var programRows: [UInt32]
    private(set) var cellHash: PerfectHash
    private(set) var cells: [UInt64]
    private(set) var classBits: UInt32
    private(set) var rowBits: UInt32
    private(set) var rows: RowLayout
    let services: ServiceClasses
    /// Programs that had too many cells, whose packets are left to `Matcher`.
    private(set) var skippedPrograms = 0

    /// Cells of all programs together: 200 MB.
    private static let cellLimit = 24 << 20

    /// `nil` when they don't fit into the layout.
    init?(programs: [ProgramTable], rows allRows: [Row], classCount: Int, services: ServiceClasses) {
        self.services = services
        rows = RowLayout(allRows, classCount: services.count)
        let starts = rows.starts
        var (a, b, places): ([UInt32], [UInt32], [UInt32]) = ([], [], [])
        programRows = []
        for (number, program) in programs.enumerated() {
            guard a.count + program.cellCount <= TableParts.cellLimit else {
                skippedPrograms += 1
                programRows.append(starts[Int(programs[Int(AddressRecord.evaluate)].common)])
                continue
            }
            programRows.append(starts[Int(program.common)])
            for (classes, row) in program.exceptions {
                for peer in classes {
                    a.append(UInt32(number))
                    b.append(peer)
                    places.append(starts[Int(row)])
                }
            }
        }
        // One more than there are, so that no key is all ones: that is a free slot.
        func bits(_ count: Int) -> UInt32 { UInt32(Int.bitWidth - count.leadingZeroBitCount) }
        classBits = bits(classCount)
        rowBits = bits(rows.slots.count)
        guard classBits + rowBits + bits(programs.count) <= 64, let hash = PerfectHash(a, b) else { return nil }
        cellHash = hash
        cells = Array(repeating: .max, count: hash.slotCount)
        for index in a.indices {
            cells[hash.slot(a[index], b[index])] =
                UInt64(a[index]) << UInt64(classBits + rowBits) | UInt64(b[index]) << UInt64(rowBits)
                | UInt64(places[index])
        }
    }
}
