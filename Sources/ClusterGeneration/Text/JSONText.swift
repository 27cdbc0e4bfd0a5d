/// Objects as `kubectl get -o json` prints them: four spaces for each level.
enum JSONText {
    /// Appends `value` as an item of the list below the top; `isFirst` leaves out the comma.
    static func appendItem(_ value: ObjectValue, isFirst: Bool, to text: inout [UInt8]) {
        if !isFirst { text.append(contentsOf: ",\n".utf8) }
        appendIndent(2, to: &text)
        append(value, level: 2, to: &text)
    }

    private static func append(_ value: ObjectValue, level: Int, to text: inout [UInt8]) {
        switch value {
        case .list(let items):
            appendRows(items, "[", "]", level, to: &text) { item, text in append(item, level: level + 1, to: &text) }
        case .map(let entries):
            appendRows(entries, "{", "}", level, to: &text) { entry, text in
                appendQuoted(entry.key, to: &text)
                text.append(contentsOf: ": ".utf8)
                append(entry.value, level: level + 1, to: &text)
            }
        case .text(let word): appendQuoted(word, to: &text)
        case .number(let number): text.append(contentsOf: String(number).utf8)
        case .flag(let flag): text.append(contentsOf: (flag ? "true" : "false").utf8)
        }
    }

    private static func appendRows<Row>(
        _ rows: [Row], _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ level: Int, to text: inout [UInt8],
        _ row: (Row, inout [UInt8]) -> Void
    ) {
        text.append(UInt8(ascii: open))
        for (place, each) in rows.enumerated() {
            text.append(contentsOf: (place == 0 ? "\n" : ",\n").utf8)
            appendIndent(level + 1, to: &text)
            row(each, &text)
        }
        if !rows.isEmpty {
            text.append(UInt8(ascii: "\n"))
            appendIndent(level, to: &text)
        }
        text.append(UInt8(ascii: close))
    }

    /// In double quotes, with the escapes that JSON and YAML share.
    static func appendQuoted(_ word: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for byte in word.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case UInt8(ascii: "\n"): text.append(contentsOf: "\\n".utf8)
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    private static func appendIndent(_ level: Int, to text: inout [UInt8]) {
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 4))
    }
}
