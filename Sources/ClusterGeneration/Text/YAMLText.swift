/// Objects as `kubectl get -o yaml` prints them: block style, lists not indented, keys of a map in its order.
enum YAMLText {
    /// Appends `value` as an item of the list at the left margin.
    static func appendItem(_ value: ObjectValue, to text: inout [UInt8]) {
        text.append(contentsOf: "- ".utf8)
        append(value, indent: 2, isInline: true, to: &text)
    }

    /// - Parameter isInline: the cursor stands where the value's first line begins, as behind `- `.
    private static func append(_ value: ObjectValue, indent: Int, isInline: Bool, to text: inout [UInt8]) {
        switch value {
        case .text, .number, .flag:
            appendScalar(value, to: &text)
            text.append(UInt8(ascii: "\n"))
        case .list(let items):
            for (place, item) in items.enumerated() {
                if place > 0 || !isInline { appendIndent(indent, to: &text) }
                text.append(contentsOf: "- ".utf8)
                append(item, indent: indent + 2, isInline: true, to: &text)
            }
        case .map(let entries):
            for (place, entry) in entries.enumerated() {
                if place > 0 || !isInline { appendIndent(indent, to: &text) }
                append(entry.key, entry.value, indent: indent, to: &text)
            }
        }
    }

    private static func append(_ key: String, _ value: ObjectValue, indent: Int, to text: inout [UInt8]) {
        appendScalar(.text(key), to: &text)
        text.append(UInt8(ascii: ":"))
        switch value {
        case .list(let items) where !items.isEmpty:
            text.append(UInt8(ascii: "\n"))
            append(value, indent: indent, isInline: false, to: &text)
        case .map(let entries) where !entries.isEmpty:
            text.append(UInt8(ascii: "\n"))
            append(value, indent: indent + 2, isInline: false, to: &text)
        case .list: text.append(contentsOf: " []\n".utf8)
        case .map: text.append(contentsOf: " {}\n".utf8)
        case .text, .number, .flag:
            text.append(UInt8(ascii: " "))
            append(value, indent: indent, isInline: true, to: &text)
        }
    }

    private static func appendIndent(_ indent: Int, to text: inout [UInt8]) {
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
    }

    private static func appendScalar(_ value: ObjectValue, to text: inout [UInt8]) {
        switch value {
        case .text(let word) where !isPlain(word): JSONText.appendQuoted(word, to: &text)
        case .text(let word): text.append(contentsOf: word.utf8)
        case .number(let number): text.append(contentsOf: String(number).utf8)
        case .flag(let flag): text.append(contentsOf: (flag ? "true" : "false").utf8)
        case .list, .map: break
        }
    }

    private static let reserved: Set = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]

    /// Whether a scalar needs no quotes: a word that begins with a letter or `/` and can't be anything but text, or an
    /// IPv4 address or block. Quotes where none are needed change nothing.
    private static func isPlain(_ word: String) -> Bool {
        guard let first = word.utf8.first else { return false }
        if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) {
            return word.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 3
                && word.utf8.allSatisfy { (UInt8(ascii: ".")...UInt8(ascii: "9")).contains($0) }
        }
        guard isLetter(first) || first == UInt8(ascii: "/") else { return false }
        let isWord = word.utf8.dropFirst().allSatisfy { byte in
            isLetter(byte) || (UInt8(ascii: "-")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
        }
        return isWord && !reserved.contains(word.lowercased())
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
