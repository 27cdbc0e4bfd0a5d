import NetTypes

/// The programs, rows and services of one family as flat arrays, ready to be copied into one piece of memory.
///
/// ```
/// programs[program]: value of its common row, entry of most services
/// (program, class) ─▶ filter ─▶ cells: program << (classBits + rowBits) | class << rowBits | value of another row
/// ```
struct TableParts: Sendable {
    struct ProgramSlot: Sendable {
        var row: UInt32
        var entry: UInt32
    }

    private(set) var programs: [ProgramSlot] = []
    private(set) var cellHash: PerfectHash
    private(set) var filter: PairFilter
    private(set) var cells: [UInt64]
    private(set) var cellCount: Int
    private(set) var classBits: UInt32
    private(set) var rowBits: UInt32
    private(set) var rows: RowLayout
    let services: ServiceClasses
    /// Programs that had too many cells, whose packets are left to `Matcher`.
    private(set) var skippedPrograms = 0

    /// Cells of all programs together: 200 MB.
    private static let cellLimit = 24 << 20

    /// `nil` when they don't fit into the layout.
    init?(programs tables: [ProgramTable], rows allRows: [Row], classCount: Int, services: ServiceClasses) {
        self.services = services
        var forms = FormStore()
        var (a, b, places): ([UInt32], [UInt32], [UInt32]) = ([], [], [])
        for (number, table) in tables.enumerated() {
            let base = allRows[Int(table.common)].common
            guard a.count + table.cellCount <= TableParts.cellLimit else {
                skippedPrograms += 1
                programs.append(ProgramSlot(row: forms.number(of: RowForm(.evaluate, base: 0)), entry: 0))
                continue
            }
            programs.append(
                ProgramSlot(row: forms.number(of: RowForm(allRows[Int(table.common)], base: base)), entry: base))
            var last: (row: UInt32, form: UInt32)?
            for (classes, row) in table.exceptions {
                if last?.row != row { last = (row, forms.number(of: RowForm(allRows[Int(row)], base: base))) }
                for peer in classes {
                    a.append(UInt32(number))
                    b.append(peer)
                    places.append(last?.form ?? 0)
                }
            }
        }
        rows = RowLayout(forms.forms, classCount: services.count)
        for index in programs.indices { programs[index].row = rows.values[Int(programs[index].row)] }
        // One more than there are, so that no key is all ones: that is a free slot.
        func bits(_ count: Int) -> UInt32 { UInt32(Int.bitWidth - count.leadingZeroBitCount) }
        classBits = bits(classCount)
        rowBits = bits(rows.slots.count) + 1
        guard rows.slots.count < 1 << 30, classBits + rowBits + bits(tables.count) <= 64, let hash = PerfectHash(a, b)
        else { return nil }
        cellHash = hash
        filter = PairFilter(a, b, hash.constants)
        cellCount = a.count
        cells = Array(repeating: .max, count: hash.slotCount)
        for index in a.indices {
            cells[hash.slot(a[index], b[index])] =
                UInt64(a[index]) << UInt64(classBits + rowBits) | UInt64(b[index]) << UInt64(rowBits)
                | UInt64(rows.values[Int(places[index])])
        }
    }
}

/// Equal forms of rows once.
private struct FormStore {
    private(set) var forms: [RowForm] = []
    private var numbers: [RowForm: UInt32] = [:]

    mutating func number(of form: RowForm) -> UInt32 {
        if let known = numbers[form] { return known }
        let new = UInt32(forms.count)
        numbers[form] = new
        forms.append(form)
        return new
    }
}
