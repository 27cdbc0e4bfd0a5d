/// Spelling of domain names: compared without case, the dot of the root left out.
public enum DomainName {
    /// Characters of a name in text form (RFC 1035 2.3.4, without the root's dot).
    public static let lengthLimit = 253
    /// Bytes of one label.
    public static let labelLimit = 63

    /// `text` as names are compared: ASCII letters lower, one dot at the end dropped.
    public static func normalized(_ text: String) -> String {
        let lower = text.utf8.map(lowered)
        return String(decoding: lower.last == UInt8(ascii: ".") ? lower.dropLast() : lower[...], as: UTF8.self)
    }

    /// What keeps `text` from being a name; `nil` when it is one. Labels of letters, digits, `-` and `_`.
    public static func problem(with text: String) -> String? { problem(with: text, allowsWildcard: false) }

    static func problem(with text: String, allowsWildcard: Bool) -> String? {
        let name = normalized(text)
        guard !name.isEmpty else { return "is empty" }
        guard name.utf8.count <= lengthLimit else { return "is longer than \(lengthLimit) characters" }
        for label in name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            if allowsWildcard, label.elementsEqual("*".utf8) { continue }
            guard !label.isEmpty else { return "has an empty label" }
            guard label.count <= labelLimit else { return "has a label longer than \(labelLimit) characters" }
            guard label.allSatisfy(isLabelByte) else {
                return allowsWildcard
                    ? "has a label of other characters than letters, digits, - and _ (a wildcard is a whole label *)"
                    : "has a label of other characters than letters, digits, - and _"
            }
        }
        return nil
    }

    /// A to Z become a to z; other bytes stay.
    public static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
