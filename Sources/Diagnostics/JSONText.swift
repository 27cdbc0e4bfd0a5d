/// The one place that escapes text for JSON output.
public enum JSONText {
    /// `text` as a JSON string literal, RFC 8259; control characters as `\u00XX`.
    public static func quoted(_ text: String) -> String {
        var out: [UInt8] = []
        appendQuoted(text, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// The same, behind what is there already.
    public static func appendQuoted(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy(standsForItself) {
            out.append(contentsOf: text.utf8)
        } else {
            for byte in text.utf8 {
                if standsForItself(byte) { out.append(byte) } else { out.append(contentsOf: escape(byte).utf8) }
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    @inline(__always) private static func standsForItself(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private static func escape(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\""): "\\\""
        case UInt8(ascii: "\\"): "\\\\"
        case UInt8(ascii: "\n"): "\\n"
        case UInt8(ascii: "\t"): "\\t"
        case UInt8(ascii: "\r"): "\\r"
        default: "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))"
        }
    }
}
