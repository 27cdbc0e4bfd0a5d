/// Matrix and cells of all programs, with forms of rows where their values will stand.
struct CellPairs {
    /// What a cell says beside its key.
    enum Content {
        /// Nothing but these differs from the program's common row: `class << 32 | entry`, 0 for none.
        case entries(UInt64, UInt64)
        /// A form of a row.
        case row(UInt32)
    }

    private let rows: [Row]
    private let columns: ClassColumns
    private let serviceBits: UInt32
    private let allowsEntries: Bool
    private(set) var forms = FormStore()
    private(set) var lines: [ProgramLine] = []
    /// A form for each column of each program.
    private(set) var matrix: [UInt32] = []
    /// Classes of services that some program's common row has an exception for.
    private(set) var frequent: Set<UInt16> = []
    /// The cells: three arrays of one length.
    private(set) var programs: [UInt32] = []
    private(set) var peers: [UInt32] = []
    private(set) var contents: [Content] = []
    private(set) var skippedPrograms = 0

    /// Cells of all programs together: 400 MB.
    private static let limit = 24 << 20

    init(_ rows: [Row], _ columns: ClassColumns, serviceBits: UInt32, allowsEntries: Bool) {
        self.rows = rows
        self.columns = columns
        self.serviceBits = serviceBits
        self.allowsEntries = allowsEntries
    }

    /// Appends a program with its line of the matrix and its cells.
    mutating func append(_ table: ProgramTable) {
        let usual = columns.usualRows(of: table)
        let common = rows[Int(table.common)]
        var line = ProgramLine(commonForm: forms.number(of: RowForm(ofProgram: common)), entry: common.common)
        var cells: [(classes: Range<UInt32>, row: UInt32)] = []
        columns.forEachPiece(of: table) { classes, column, row in
            guard row != usual[column] else { return }
            if !line.isFull, let pairs = pairs(classes, row, usual[column]), line.append(pairs) { return }
            cells.append((classes, row))
        }
        guard programs.count + cells.reduce(0, { $0 + $1.classes.count }) <= CellPairs.limit else {
            skippedPrograms += 1
            let plain = forms.number(of: .plain)
            lines.append(ProgramLine(commonForm: plain, entry: Row.evaluate.common))
            matrix += repeatElement(plain, count: usual.count)
            return
        }
        line.hasCells = !cells.isEmpty
        let number = UInt32(lines.count)
        lines.append(line)
        for exception in common.exceptions { frequent.insert(UInt16(truncatingIfNeeded: exception >> 32)) }
        var known: [UInt32: UInt32] = [:]
        for row in usual {
            let form = known[row] ?? forms.number(of: RowForm(rows[Int(row)], over: common))
            known[row] = form
            matrix.append(form)
        }
        var last: (row: UInt32, content: Content)?
        for (classes, row) in cells {
            let content = last?.row == row ? last?.content : nil
            let found = content ?? self.content(rows[Int(row)], common)
            last = (row, found)
            for peer in classes {
                programs.append(number)
                peers.append(columns.peer(peer))
                contents.append(found)
            }
        }
    }

    /// The pairs with which classes that have a row differ from their column's row; `nil` when they are no few.
    private func pairs(_ classes: Range<UInt32>, _ row: UInt32, _ usual: UInt32) -> [ProgramLine.Pair]? {
        guard classes.count <= ProgramLine.pairLimit, columns.shift + serviceBits <= 32,
            let differences = rows[Int(row)].differences(from: rows[Int(usual)]),
            differences.count * classes.count <= ProgramLine.pairLimit
        else { return nil }
        return classes.flatMap { addressClass in
            differences.map { difference in
                let service = UInt32(truncatingIfNeeded: difference >> 32)
                return ProgramLine.Pair(
                    key: columns.peer(addressClass) << serviceBits | service,
                    entry: UInt32(truncatingIfNeeded: difference))
            }
        }
    }

    private mutating func content(_ row: Row, _ common: Row) -> Content {
        if let own = row.differences(from: common), own.isEmpty || allowsEntries && own.count <= 2 {
            return .entries(own.first ?? 0, own.last ?? 0)
        }
        return .row(forms.number(of: RowForm(row, over: common)))
    }
}

/// Equal forms of rows once.
struct FormStore {
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
