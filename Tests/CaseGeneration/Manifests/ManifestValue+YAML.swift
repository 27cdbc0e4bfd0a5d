import Diagnostics

extension ManifestValue {
    /// The value as a YAML document in block style, without `---`.
    public var yaml: String {
        var text = ""
        write(to: &text, indent: 0)
        return text
    }

    private func write(to text: inout String, indent: Int) {
        let margin = String(repeating: " ", count: indent)
        switch self {
        case .map(let fields) where !fields.isEmpty:
            for field in fields {
                text += "\(margin)\(Self.scalar(field.key)):"
                field.value.writeBehind(to: &text, indent: indent + 2)
            }
        case .list(let elements) where !elements.isEmpty:
            for element in elements {
                text += "\(margin)-"
                element.writeBehind(to: &text, indent: indent + 2)
            }
        default: text += "\(margin)\(inline)\n"
        }
    }

    /// Behind `key:` or `-`: on the same line, or as a block below.
    private func writeBehind(to text: inout String, indent: Int) {
        switch self {
        case .map(let fields) where !fields.isEmpty:
            text += "\n"
            write(to: &text, indent: indent)
        case .list(let elements) where !elements.isEmpty:
            text += "\n"
            write(to: &text, indent: indent)
        default: text += " \(inline)\n"
        }
    }

    private var inline: String {
        switch self {
        case .text(let text): Self.scalar(text)
        case .plain(let text): text
        case .list: "[]"
        case .map: "{}"
        }
    }

    /// Bare where no reader could take it for anything but this string.
    private static func scalar(_ text: String) -> String {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let isWord = text.utf8.count > 3 && text.utf8.allSatisfy { letters.contains($0) || $0 == UInt8(ascii: "-") }
        let isSafe = isWord && !["true", "false", "null"].contains(text) && letters.contains(text.utf8.first ?? 0)
        return isSafe ? text : JSONText.quoted(text)
    }
}
