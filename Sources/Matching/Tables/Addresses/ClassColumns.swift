/// Classes of addresses in columns, coarse enough for a matrix of all programs and columns.
///
/// What most programs ask, or what many classes share (a global policy's sets, everything in development), tells columns
/// apart; what a few programs ask of a few classes (the callers of an app) does not. So a column holds classes that most
/// programs treat alike, and the pairs of program and class that differ from their column are few.
struct ClassColumns: Sendable {
    /// Columns; at least one.
    let count: UInt32
    /// Of a class in `peer(_:)`: the column stands above this many bits.
    let shift: UInt32
    /// All classes, ascending, each with its column.
    let runs: [(classes: Range<UInt32>, column: UInt32)]
    private let columnOfClass: [UInt32]

    /// Entries of the matrix at most: 16 MB.
    private static let matrixLimit = 4 << 20

    /// - Parameter uses: by atom, how many programs ask for it.
    init<Number>(_ classes: AddressClasses<Number>, uses: [Int], programs: Int) {
        var labels = LabelSource()
        var chosen = ClassColumns.worthwhile(classes, uses, programs)
        var partition = ClassPartition(chosen, classes, &labels)
        func fits() -> Bool {
            partition.members.count * programs <= ClassColumns.matrixLimit
                && bitWidth(classes.count) + bitWidth(partition.members.count) <= 32
        }
        while !chosen.isEmpty, !fits() {
            chosen.removeLast((chosen.count + 1) / 2)
            partition = ClassPartition(chosen, classes, &labels)
        }
        count = UInt32(partition.members.count)
        shift = UInt32(bitWidth(classes.count))
        runs = partition.spans.map { ($0.classes, UInt32($0.group)) }
        columnOfClass = runs.flatMap { repeatElement($0.column, count: $0.classes.count) }
    }

    /// Atoms that save more in cells than their column costs in the matrix, the best first.
    private static func worthwhile<Number>(
        _ classes: AddressClasses<Number>, _ uses: [Int], _ programs: Int
    ) -> [UInt32] {
        let savings = uses.indices.map { atom in
            uses[atom] * classes.ranges(of: UInt32(atom)).reduce(0) { $0 + $1.count }
        }
        return savings.indices.filter { savings[$0] > 0 && savings[$0] * 4 >= programs }
            .sorted { (savings[$1], $0) < (savings[$0], $1) }.map { UInt32($0) }
    }

    /// A class with its column: what records hold, and cells are found by.
    func peer(_ addressClass: UInt32) -> UInt32 { columnOfClass[Int(addressClass)] << shift | addressClass }

    /// Calls `body` with every stretch of classes that have one column and, in one program, one row.
    func forEachPiece(of table: ProgramTable, _ body: (_ classes: Range<UInt32>, _ column: Int, _ row: UInt32) -> Void)
    {
        var exception = 0
        for run in runs {
            var start = run.classes.lowerBound
            while start < run.classes.upperBound {
                while exception < table.exceptions.count, table.exceptions[exception].classes.upperBound <= start {
                    exception += 1
                }
                var end = run.classes.upperBound
                var row = table.common
                if exception < table.exceptions.count {
                    let next = table.exceptions[exception]
                    if next.classes.lowerBound <= start {
                        row = next.row
                        end = min(end, next.classes.upperBound)
                    } else {
                        end = min(end, next.classes.lowerBound)
                    }
                }
                body(start..<end, Int(run.column), row)
                start = end
            }
        }
    }

    /// By column the row that most of its classes have in a program, if any row has most; else one of theirs.
    func usualRows(of table: ProgramTable) -> [UInt32] {
        var rows = [UInt32](repeating: table.common, count: Int(count))
        var leads = [Int](repeating: 0, count: Int(count))
        forEachPiece(of: table) { classes, column, row in
            if rows[column] == row {
                leads[column] += classes.count
            } else if leads[column] >= classes.count {
                leads[column] -= classes.count
            } else {
                leads[column] = classes.count - leads[column]
                rows[column] = row
            }
        }
        return rows
    }
}

/// Bits that hold a number.
func bitWidth(_ number: Int) -> Int { Int.bitWidth - number.leadingZeroBitCount }
