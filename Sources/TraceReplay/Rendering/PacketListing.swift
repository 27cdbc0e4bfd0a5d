public import Classification
import Diagnostics

/// The packet list as lines, in one of three forms: comma-separated (RFC 4180 quotes, with a header line), JSON Lines,
/// or columns for the eye.
public struct PacketListing: Sendable {
    public enum Form: String, Sendable, CaseIterable {
        case csv
        case json
        case text
    }

    private let form: Form
    private var cells: PacketRowCells

    public init(_ tree: MatchTree, form: Form) {
        self.form = form
        cells = PacketRowCells(tree)
    }

    /// What goes before the first row, line end included; empty for JSON Lines.
    public var head: String {
        switch form {
        case .csv: PacketRowCells.columns.joined(separator: ",") + "\n"
        case .json: ""
        case .text: PacketListing.columns(PacketRowCells.columns) + "\n"
        }
    }

    /// One row, line end included.
    public mutating func line(_ row: PacketRow) -> String {
        let cells = cells.cells(row)
        switch form {
        case .csv: return cells.map(CSVText.field).joined(separator: ",") + "\n"
        case .json: return PacketListing.json(cells) + "\n"
        case .text: return PacketListing.columns(cells) + "\n"
        }
    }

    /// Empty cells are left out; numbers stay numbers.
    private static func json(_ cells: [String]) -> String {
        let numbers: Set<String> = ["frame", "rule", "copyOf"]
        let fields = zip(PacketRowCells.columns, cells).filter { !$0.1.isEmpty }.map { column, cell in
            "\(JSONText.quoted(column)):\(numbers.contains(column) ? cell : JSONText.quoted(cell))"
        }
        return "{\(fields.joined(separator: ","))}"
    }

    /// Frame, verdict, state, packet, and why.
    private static func columns(_ cells: [String]) -> String {
        let byName = Dictionary(uniqueKeysWithValues: zip(PacketRowCells.columns, cells))
        func cell(_ column: String) -> String { byName[column] ?? "" }
        let isHead = cell("frame") == "frame"
        let rule = cell("rule").isEmpty || isHead ? "" : "[\(cell("rule"))]"
        let policy = cell("policy").isEmpty ? cell("profile") : cell("policy") + rule
        let fixed: [(String, Int)] = [
            (cell("frame"), 7), (cell("verdict"), 9), (cell("state"), 11), (cell("direction"), 9),
            (cell("protocol"), 11), (cell("from"), 28), (cell("to"), 28), (cell("reason"), 18),
        ]
        let tail =
            [policy, cell("source"), cell("backends")]
            + (cell("copyOf").isEmpty || isHead ? [] : ["copy of \(cell("copyOf"))"])
        let line = fixed.map { TextTable.padded($0.0, $0.1) } + tail.filter { !$0.isEmpty }
        return String(TextTable.trimmed(line.joined(separator: " ")))
    }
}
