/// The types of YAML 1.1 plain scalars, as go-yaml v2 (kubectl's reader, resolve.go) resolves them.
///
/// | text | type |
/// |---|---|
/// | (empty) `~` `null` | null |
/// | `y` `yes` `on` `true`, `n` `no` `off` `false`, each also Capitalized and UPPER | bool |
/// | `12` `-3` `1_000` `0b1` `0o7` `017` `0x1f` | integer |
/// | `1.5` `1e3` `08` `.5` `.inf` `.nan` | float |
/// | all others: `2001-12-14`, `1:30`, `1e999` too | string |
enum YAMLScalar {
    static func resolve(_ text: Span<UInt8>) -> Node.ScalarType {
        guard text.count > 0 else { return .null }
        switch text[0] {
        case UInt8(ascii: "~"): return text.count == 1 ? .null : .string
        case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "t"),
            UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "o"), UInt8(ascii: "O"):
            if isWord(text, "null") { return .null }
            return bool(text) == nil ? .string : .bool
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            if isNonFinite(text) { return .float }
            switch YAMLNumber(text) {
            case nil: return .string
            case .float: return .float
            case .integer, .unsigned, .big: return .integer
            }
        default: return .string
        }
    }

    /// The value of a bool; `nil` for other text.
    static func bool(_ text: Span<UInt8>) -> Bool? {
        guard text.count <= 5 else { return nil }
        for word in ["true", "yes", "on", "y"] as [StaticString] where isWord(text, word) { return true }
        for word in ["false", "no", "off", "n"] as [StaticString] where isWord(text, word) { return false }
        return nil
    }

    /// `.inf`, with sign too, and `.nan`: floats that have no JSON form.
    static func isNonFinite(_ text: Span<UInt8>) -> Bool {
        guard text.count == 4 || text.count == 5 else { return false }
        let signed = text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-")
        let dot = signed ? 1 : 0
        guard text.count == dot + 4, text[dot] == UInt8(ascii: ".") else { return false }
        let name = text.extracting((dot + 1)..<text.count)
        if isWord(name, "inf") { return true }
        // `.NaN` is the one word with a capital inside.
        let isMixed = name[0] == UInt8(ascii: "N") && name[1] == UInt8(ascii: "a") && name[2] == UInt8(ascii: "N")
        let isCapitalized = name[0] == UInt8(ascii: "N") && name[1] == UInt8(ascii: "a") && name[2] == UInt8(ascii: "n")
        return !signed && (isMixed || (isWord(name, "nan") && !isCapitalized))
    }

    /// `text` is `word` (lower-case ASCII letters) in lower case, Capitalized or UPPER case.
    private static func isWord(_ text: Span<UInt8>, _ word: StaticString) -> Bool {
        let letters = word.description.utf8
        guard text.count == letters.count else { return false }
        let firstIsUpper = text[0] & 0x20 == 0
        let restIsUpper = text.count > 1 && text[1] & 0x20 == 0
        guard firstIsUpper || !restIsUpper else { return false }
        for (index, letter) in letters.enumerated() {
            let isUpper = index == 0 ? firstIsUpper : restIsUpper
            guard text[index] == (isUpper ? letter & ~0x20 : letter) else { return false }
        }
        return true
    }
}
