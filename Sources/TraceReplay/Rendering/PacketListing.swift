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

    /// - Parameter preview: the tree whose verdicts stand beside; `nil` when nothing is staged.
    public init(_ tree: MatchTree, preview: MatchTree? = nil, form: Form) {
        self.form = form
        cells = PacketRowCells(tree, preview: preview)
    }

    /// What goes before the first row, line end included; empty for JSON Lines.
    public var head: String {
        switch form {
        case .csv: cells.columns.joined(separator: ",") + "\n"
        case .json: ""
        case .text: wide(cells.columns) + "\n"
        }
    }

    /// One row, line end included.
    public mutating func line(_ row: PacketRow) -> String {
        let words = cells.cells(row)
        switch form {
        case .csv: return words.map(CSVText.field).joined(separator: ",") + "\n"
        case .json: return json(words) + "\n"
        case .text: return wide(words) + "\n"
        }
    }

    /// Empty cells are left out; numbers stay numbers.
    private func json(_ words: [String]) -> String {
        let numbers: Set<String> = ["frame", "rule", "copyOf", "stagedRule"]
        let fields = zip(cells.columns, words).filter { !$0.1.isEmpty }.map { column, word in
            "\(JSONText.quoted(column)):\(numbers.contains(column) ? word : JSONText.quoted(word))"
        }
        return "{\(fields.joined(separator: ","))}"
    }

    /// Frame, verdict, state, packet, and why; the preview's verdict and its why behind, where it is another.
    private func wide(_ words: [String]) -> String {
        let byName = Dictionary(uniqueKeysWithValues: zip(cells.columns, words))
        func cell(_ column: String) -> String { byName[column] ?? "" }
        let isHead = cell("frame") == "frame"
        let fixed: [(String, Int)] = [
            (cell("frame"), 7), (cell("verdict"), 9), (cell("state"), 11), (cell("direction"), 9),
            (cell("protocol"), 11), (cell("from"), 28), (cell("to"), 28), (cell("reason"), 18),
        ]
        func decider(_ policy: String, _ rule: String, _ profile: String) -> String {
            let index = cell(rule).isEmpty || isHead ? "" : "[\(cell(rule))]"
            return cell(policy).isEmpty ? cell(profile) : cell(policy) + index
        }
        var tail = [decider("policy", "rule", "profile"), cell("source"), cell("backends"), cell("domain")]
        if !cell("copyOf").isEmpty, !isHead { tail.append("copy of \(cell("copyOf"))") }
        if !isHead, !cell("stagedVerdict").isEmpty, cell("stagedVerdict") != cell("verdict") {
            tail += [
                "| staged: \(cell("stagedVerdict"))", cell("stagedReason"),
                decider("stagedPolicy", "stagedRule", "stagedProfile"), cell("stagedSource"), cell("stagedBackends"),
            ]
        }
        let line = fixed.map { TextTable.padded($0.0, $0.1) } + tail.filter { !$0.isEmpty }
        return String(TextTable.trimmed(line.joined(separator: " ")))
    }
}
