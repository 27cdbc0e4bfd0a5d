/// Turns diagnostics into lines for people or tools.
public struct DiagnosticRenderer: Sendable {
    public var sources: SourceMap

    public init(sources: SourceMap) { self.sources = sources }

    /// `path:line:col: error: field: message [id]`, then indented `hint:` and note lines; no trailing newline.
    public func text(_ diagnostic: Diagnostic) -> String {
        var lines = [headline(diagnostic)]
        if let hint = diagnostic.hint { lines.append("    hint: \(hint)") }
        for note in diagnostic.notes {
            let place = note.location.map { "\(sources.text($0)): " } ?? ""
            let field = note.fieldPath.isEmpty ? "" : "\(note.fieldPath): "
            lines.append("    note: \(place)\(field)\(note.message)")
        }
        return lines.joined(separator: "\n")
    }

    private func headline(_ diagnostic: Diagnostic) -> String {
        let place = diagnostic.location.map { "\(sources.text($0)): " } ?? ""
        let field = diagnostic.fieldPath.isEmpty ? "" : "\(diagnostic.fieldPath): "
        return "\(place)\(diagnostic.severity.rawValue): \(field)\(diagnostic.message) [\(diagnostic.id)]"
    }

    /// One JSON object on one line, keys in fixed order.
    public func json(_ diagnostic: Diagnostic) -> String {
        var fields = [
            "\"id\":\(quoted(diagnostic.id))", "\"severity\":\(quoted(diagnostic.severity.rawValue))",
        ]
        fields += placeFields(diagnostic.location)
        fields.append("\"field\":\(quoted(diagnostic.fieldPath))")
        fields.append("\"message\":\(quoted(diagnostic.message))")
        if let hint = diagnostic.hint { fields.append("\"hint\":\(quoted(hint))") }
        if !diagnostic.notes.isEmpty {
            let notes = diagnostic.notes.map { note in
                "{"
                    + (placeFields(note.location) + [
                        "\"field\":\(quoted(note.fieldPath))", "\"message\":\(quoted(note.message))",
                    ]).joined(separator: ",") + "}"
            }
            fields.append("\"notes\":[\(notes.joined(separator: ","))]")
        }
        return "{\(fields.joined(separator: ","))}"
    }

    private func placeFields(_ location: SourceLocation?) -> [String] {
        guard let location else { return [] }
        return [
            "\"path\":\(quoted(sources.path(location.file)))", "\"line\":\(location.line)",
            "\"column\":\(location.column)",
        ]
    }

    private func quoted(_ text: String) -> String { JSONText.quoted(text) }
}
