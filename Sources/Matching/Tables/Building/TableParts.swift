import NetTypes

/// The programs, rows and services of one family as flat arrays, ready to be copied into one piece of memory.
///
/// ```
/// programs[program]: value of its common row, entry of most services
/// (program, class) ─▶ filter ─▶ cells: another row
/// ```
struct TableParts: Sendable {
    struct ProgramSlot: Sendable {
        var row: UInt32
        var entry: UInt32
    }

    /// 16 bytes.
    struct Cell: Sendable {
        /// `program << (classBits + rowBits) | class << rowBits | value of the row`; all ones in a free slot.
        var key: UInt64
        /// With row 0, the services whose entries are not those of the program's common row: `class << entryBits | entry`, perhaps twice the
        /// same; no service has class 0.
        var first: UInt32 = 0
        var second: UInt32 = 0
    }

    private(set) var programs: [ProgramSlot] = []
    private(set) var cellHash: PerfectHash
    private(set) var filter: PairFilter
    private(set) var cells: [Cell]
    private(set) var cellCount: Int
    private(set) var classBits: UInt32
    private(set) var rowBits: UInt32
    private(set) var entryBits: UInt32
    private(set) var rows: RowLayout
    let services: ServiceClasses
    /// Those of `services`, with `frequent` added to classes that some program's common row has an exception for.
    private(set) var servicePages: [UInt16]
    /// Programs that had too many cells, whose packets are left to `Matcher`.
    private(set) var skippedPrograms = 0

    /// Beyond all classes (`ServiceClasses.limit`), and in `ServiceClasses.none`.
    static let frequent: UInt16 = 1 << 15

    /// What a cell says beside its key.
    private enum Content {
        case none
        /// `class << 32 | entry`.
        case entries(UInt64, UInt64)
        /// A form of a row.
        case row(UInt32)
    }

    private func packed(_ exception: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: exception >> 32) << entryBits | UInt32(truncatingIfNeeded: exception)
    }

    /// Cells of all programs together: 200 MB.
    private static let cellLimit = 24 << 20

    /// `nil` when they don't fit into the layout.
    init?(programs tables: [ProgramTable], rows allRows: [Row], classCount: Int, services: ServiceClasses) {
        self.services = services
        // One more than there are, so that no key is all ones: that is a free slot.
        func bits(_ count: Int) -> UInt32 { UInt32(Int.bitWidth - count.leadingZeroBitCount) }
        let needed = bits(Int(allRows.reduce(0) { max($0, $1.greatestEntry) }))
        let fitsInCells = needed + bits(services.count) <= 32
        entryBits = fitsInCells ? needed : 16
        var forms = FormStore()
        var (a, b): ([UInt32], [UInt32]) = ([], [])
        var contents: [Content] = []
        var frequent: Set<UInt16> = []
        for (number, table) in tables.enumerated() {
            let commonRow = allRows[Int(table.common)]
            let base = commonRow.common
            guard a.count + table.cellCount <= TableParts.cellLimit else {
                skippedPrograms += 1
                programs.append(ProgramSlot(row: forms.number(of: RowForm(.evaluate, base: 0)), entry: 0))
                continue
            }
            programs.append(ProgramSlot(row: forms.number(of: RowForm(commonRow, base: base)), entry: base))
            for exception in commonRow.exceptions { frequent.insert(UInt16(truncatingIfNeeded: exception >> 32)) }
            var last: (row: UInt32, content: Content)?
            for (classes, row) in table.exceptions {
                var content = Content.none
                if let last, last.row == row {
                    content = last.content
                } else if fitsInCells, let own = allRows[Int(row)].differences(from: commonRow), own.count <= 2 {
                    content = .entries(own.first ?? 0, own.last ?? 0)
                } else {
                    let form = RowForm(allRows[Int(row)], base: base).ofCell(base: base)
                    content = .row(forms.number(of: form))
                }
                last = (row, content)
                for peer in classes {
                    a.append(UInt32(number))
                    b.append(peer)
                    contents.append(content)
                }
            }
        }
        rows = RowLayout(forms.forms, classCount: services.count)
        for index in programs.indices { programs[index].row = rows.values[Int(programs[index].row)] }
        classBits = bits(classCount)
        rowBits = bits(rows.slots.count) + 1
        guard rows.slots.count < 1 << 30, classBits + rowBits + bits(tables.count) <= 64, let hash = PerfectHash(a, b)
        else { return nil }
        cellHash = hash
        filter = PairFilter(a, b, hash.constants)
        cellCount = a.count
        servicePages = services.pages.map { frequent.contains($0) ? $0 | TableParts.frequent : $0 }
        cells = Array(repeating: Cell(key: .max), count: hash.slotCount)
        for index in a.indices {
            let key = UInt64(a[index]) << UInt64(classBits + rowBits) | UInt64(b[index]) << UInt64(rowBits)
            var cell = Cell(key: key)
            switch contents[index] {
            case .none: break
            case .entries(let first, let second):
                cell.first = packed(first)
                cell.second = packed(second)
            case .row(let form): cell.key |= UInt64(rows.values[Int(form)])
            }
            cells[hash.slot(a[index], b[index])] = cell
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
