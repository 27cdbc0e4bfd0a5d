import Diagnostics

/// A JSON document whose fields keep the order in which they were written, so that equal reports are equal bytes.
indirect enum JSONValue {
    case number(Int)
    case text(String)
    case list([JSONValue])
    case object([(String, JSONValue?)])

    /// Indented by two spaces. Fields without value are left out.
    func rendered(indent: String = "") -> String {
        let inner = indent + "  "
        switch self {
        case .number(let number): return "\(number)"
        case .text(let text): return JSONText.quoted(text)
        case .list(let values):
            guard !values.isEmpty else { return "[]" }
            let lines = values.map { inner + $0.rendered(indent: inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let fields):
            let lines = fields.compactMap { name, value in
                value.map { "\(inner)\(JSONText.quoted(name)): \($0.rendered(indent: inner))" }
            }
            return lines.isEmpty ? "{}" : "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        }
    }

    init?(_ text: String?) {
        guard let text else { return nil }
        self = .text(text)
    }

    init?(_ number: Int?) {
        guard let number else { return nil }
        self = .number(number)
    }
}
