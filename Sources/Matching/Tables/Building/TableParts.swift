import NetTypes

/// The programs, rows and services of one family as flat arrays, ready to be copied into one piece of memory.
///
/// ```
/// programs[program]: pairs of peer and service that have an entry of their own; value of the common row, and its entry
/// matrix[program * columns + column]: value of the row of most of the column's classes
/// (program, peer) ─▶ filter ─▶ cells: another row
/// ```
struct TableParts: Sendable {
    /// 16 bytes.
    struct Cell: Sendable {
        /// `program << (peerBits + rowBits) | peer << rowBits | value of the row`; all ones in a free slot.
        var key: UInt64
        /// With row 0, the services whose entries are not those of the program's common row: `class << entryBits | entry`,
        /// perhaps twice the same; no service has class 0. With row `direct`, the entry of every service.
        var first: UInt32 = 0
        var second: UInt32 = 0

        /// No row starts at slot 0, so none has this value.
        static let direct: UInt32 = 1
    }

    /// A line of `ProgramLine.words` each.
    private(set) var programs: [UInt32] = []
    private(set) var matrix: [UInt32] = []
    private(set) var cellHash: PerfectHash
    private(set) var filter: PairFilter
    private(set) var cells: [Cell]
    private(set) var cellCount: Int
    private(set) var peerBits: UInt32
    private(set) var rowBits: UInt32
    private(set) var entryBits: UInt32
    private let greatestEntry: Int
    let serviceBits: UInt32
    private(set) var rows: RowLayout
    let columns: ClassColumns
    let services: ServiceClasses
    /// Those of `services`, with `frequent` added to classes that some program's common row has an exception for.
    private(set) var servicePages: [UInt16]
    /// Programs that had too many cells, whose packets are left to `Matcher`.
    private(set) var skippedPrograms: Int

    /// Beyond all classes (`ServiceClasses.limit`), and in `ServiceClasses.none`.
    static let frequent: UInt16 = 1 << 15

    /// `nil` when they don't fit into the layout.
    init?(programs tables: [ProgramTable], rows allRows: [Row], columns: ClassColumns, services: ServiceClasses) {
        self.services = services
        self.columns = columns
        greatestEntry = Int(allRows.reduce(0) { max($0, $1.greatestEntry) })
        guard greatestEntry < Int(RowLayout.direct) else { return nil }
        let fitsInCells = bitWidth(greatestEntry) + bitWidth(services.count) <= 32
        entryBits = UInt32(fitsInCells ? bitWidth(greatestEntry) : 16)
        serviceBits = UInt32(bitWidth(services.count))
        var pairs = CellPairs(allRows, columns, serviceBits: serviceBits, allowsEntries: fitsInCells)
        for table in tables { pairs.append(table) }
        rows = RowLayout(pairs.forms.forms, classCount: services.count)
        let values = rows.values
        programs.reserveCapacity(pairs.lines.count * ProgramLine.words)
        for line in pairs.lines { programs += line.words(row: values[Int(line.commonForm)]) }
        matrix = pairs.matrix.map { values[Int($0)] }
        skippedPrograms = pairs.skippedPrograms
        peerBits = columns.shift + UInt32(bitWidth(Int(columns.count)))
        rowBits = UInt32(bitWidth(rows.slots.count) + 1)
        // One bit more than programs need, so that no key is all ones: that is a free slot.
        guard tables.count < 1 << 27, rows.slots.count < 1 << 30,
            Int(peerBits + rowBits) + bitWidth(tables.count) <= 64,
            let hash = PerfectHash(pairs.programs, pairs.peers), hash.slotCount < 1 << 30
        else { return nil }
        cellHash = hash
        filter = PairFilter(pairs.programs, pairs.peers, hash.constants)
        cellCount = pairs.programs.count
        servicePages = services.pages.map { pairs.frequent.contains($0) ? $0 | TableParts.frequent : $0 }
        cells = Array(repeating: Cell(key: .max), count: hash.slotCount)
        for index in pairs.programs.indices {
            let (program, peer) = (pairs.programs[index], pairs.peers[index])
            let key = UInt64(program) << UInt64(peerBits + rowBits) | UInt64(peer) << UInt64(rowBits)
            var cell = Cell(key: key)
            switch pairs.contents[index] {
            case .entries(let first, let second):
                cell.first = packed(first)
                cell.second = packed(second)
            case .row(let form):
                let value = values[Int(form)]
                if value & RowLayout.direct == 0 {
                    cell.key |= UInt64(value)
                } else {
                    cell.key |= UInt64(Cell.direct)
                    cell.first = value & ~RowLayout.direct
                }
            }
            cells[hash.slot(program, peer)] = cell
        }
    }

    /// Whether a `VerdictCache` can hold every entry.
    var fitsInCache: Bool { bitWidth(greatestEntry) <= 24 }

    private func packed(_ exception: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: exception >> 32) << entryBits | UInt32(truncatingIfNeeded: exception)
    }
}
