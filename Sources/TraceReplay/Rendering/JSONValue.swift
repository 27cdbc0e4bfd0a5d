import Diagnostics

/// A JSON document whose fields keep the order in which they were written, so that equal reports are equal bytes.
enum JSONValue {
    case number(Int)
    case text(String)
    case list([JSONValue])
    /// So many values, each made when it is written: for long lists.
    case rows(Int, (Int) -> JSONValue)
    case object([(String, JSONValue?)])

    /// Indented by two spaces. Fields without value are left out.
    func rendered() -> String {
        var out: [UInt8] = []
        write(to: &out, indent: 0)
        return String(decoding: out, as: UTF8.self)
    }

    private func write(to out: inout [UInt8], indent: Int) {
        switch self {
        case .number(let number): out.append(contentsOf: "\(number)".utf8)
        case .text(let text): JSONText.appendQuoted(text, to: &out)
        case .list(let values):
            JSONValue.rows(values.count) { values[$0] }.write(to: &out, indent: indent)
        case .rows(let count, let row):
            out.append(UInt8(ascii: "["))
            for index in 0..<count {
                JSONValue.startLine(&out, indent: indent + 2, isFirst: index == 0)
                row(index).write(to: &out, indent: indent + 2)
            }
            if count > 0 { JSONValue.startLine(&out, indent: indent, isFirst: true) }
            out.append(UInt8(ascii: "]"))
        case .object(let fields):
            out.append(UInt8(ascii: "{"))
            var isFirst = true
            for (name, value) in fields {
                guard let value else { continue }
                JSONValue.startLine(&out, indent: indent + 2, isFirst: isFirst)
                isFirst = false
                JSONText.appendQuoted(name, to: &out)
                out.append(contentsOf: ": ".utf8)
                value.write(to: &out, indent: indent + 2)
            }
            if !isFirst { JSONValue.startLine(&out, indent: indent, isFirst: true) }
            out.append(UInt8(ascii: "}"))
        }
    }

    private static func startLine(_ out: inout [UInt8], indent: Int, isFirst: Bool) {
        if !isFirst { out.append(UInt8(ascii: ",")) }
        out.append(UInt8(ascii: "\n"))
        out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
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
