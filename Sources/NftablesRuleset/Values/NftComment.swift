/// Comments as nft reads and prints them: no more than 128 bytes, no quotation marks, no control characters.
public enum NftComment {
    /// `NFTNL_UDATA_COMMENT_MAXLEN`, the terminating NUL not counted.
    static let maximumBytes = 128

    /// `nil` for an empty text. What is too long loses its middle: the name in front and the line number at the end
    /// tell most.
    static func text(for origin: String) -> String? {
        let clean = quotable(origin)
        guard !clean.isEmpty else { return nil }
        guard clean.utf8.count > maximumBytes else { return clean }
        let gap = "..."
        let half = (maximumBytes - gap.utf8.count) / 2
        return prefix(of: clean, bytes: half) + gap + suffix(of: clean, bytes: half)
    }

    /// `text` without what cannot stand in a quoted nft string: nft knows no escapes there.
    static func quotable(_ text: String) -> String {
        let isQuotable = text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != 0x7f }
        if isQuotable { return text }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar {
                    case "\"": "'"
                    case _ where scalar.value < 0x20 || scalar.value == 0x7f: " "
                    default: scalar
                    }
                }))
    }

    /// As many whole scalars as fit.
    private static func prefix(of text: String, bytes: Int) -> String {
        var room = bytes
        let scalars = text.unicodeScalars.prefix { scalar in
            room -= UTF8.width(scalar)
            return room >= 0
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private static func suffix(of text: String, bytes: Int) -> String {
        var room = bytes
        let scalars = text.unicodeScalars.reversed().prefix { scalar in
            room -= UTF8.width(scalar)
            return room >= 0
        }
        return String(String.UnicodeScalarView(scalars.reversed()))
    }
}
