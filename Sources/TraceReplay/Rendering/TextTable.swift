/// A table whose columns are as wide as their widest cell.
struct TextTable {
    enum Alignment {
        case left
        case right
    }

    private let header: [String]
    private let alignments: [Alignment]
    private var rows: [[String]] = []

    init(_ columns: [(title: String, alignment: Alignment)]) {
        header = columns.map(\.title)
        alignments = columns.map(\.alignment)
    }

    mutating func append(_ row: [String]) { rows.append(row) }

    var isEmpty: Bool { rows.isEmpty }

    /// Header and rows, each indented by two spaces and ended by a line end.
    var text: String {
        let widths = header.indices.map { column in
            ([header] + rows).map { $0[column].count }.max() ?? 0
        }
        return ([header] + rows).map { row in
            let cells = row.indices.map { column in
                alignments[column] == .left
                    ? TextTable.padded(row[column], widths[column])
                    : TextTable.rightAligned(row[column], widths[column])
            }
            return TextTable.trimmed("  " + cells.joined(separator: "  ")) + "\n"
        }.joined()
    }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    static func rightAligned(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// Without spaces at the end.
    static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
