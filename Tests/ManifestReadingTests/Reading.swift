import Diagnostics
import ManifestReading

/// Reads `text` as one input.
func read(_ text: String) -> ReadManifest { read(bytes: Array(text.utf8)) }

func read(bytes: [UInt8]) -> ReadManifest { ManifestReader.read(bytes: bytes, file: SourceFileID(0)) }

extension ReadManifest {
    /// All documents as `rendered` shows them.
    var rendered: [String] { tree.documents.map(\.rendered) }

    /// `line:column severity id` of every diagnostic, in the order they were found.
    var findings: [String] {
        diagnostics.map { "\($0.location?.line ?? 0):\($0.location?.column ?? 0) \($0.severity.rawValue) \($0.id)" }
    }

    var messages: [String] { diagnostics.map(\.message) }
}

extension Node {
    /// JSON-like: strings quoted, other scalars as written with a letter for their type (`n b i f`).
    var rendered: String {
        switch kind {
        case .sequence: "[\(elements.map(\.rendered).joined(separator: ","))]"
        case .mapping: "{\(entries.map { "\($0.key.text):\($0.value.rendered)" }.joined(separator: ","))}"
        case .scalar:
            switch scalarType {
            case .null: "n"
            case .bool: "b\(text)"
            case .integer: "i\(text)"
            case .float: "f\(text)"
            default: "\"\(text)\""
            }
        }
    }

    var place: String { "\(location.line):\(location.column)" }
}
