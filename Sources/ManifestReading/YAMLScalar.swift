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
            switch word(text) {
            case Word.null: return .null
            case nil: return .string
            default: return bool(text) == nil ? .string : .bool
            }
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
        switch word(text) {
        case Word.y, Word.yes, Word.on, Word.true: true
        case Word.n, Word.no, Word.off, Word.false: false
        default: nil
        }
    }

    /// `.inf`, with sign too, and `.nan`: floats that have no JSON form.
    static func isNonFinite(_ text: Span<UInt8>) -> Bool {
        guard text.count == 4 || text.count == 5 else { return false }
        let signed = text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-")
        let dot = signed ? 1 : 0
        guard text.count == dot + 4, text[dot] == UInt8(ascii: ".") else { return false }
        let name = text.extracting((dot + 1)..<text.count)
        if word(name) == Word.inf { return true }
        // `.NaN` is the one word with a capital inside.
        let isMixed = name[0] == UInt8(ascii: "N") && name[1] == UInt8(ascii: "a") && name[2] == UInt8(ascii: "N")
        let isCapitalized = name[0] == UInt8(ascii: "N") && name[1] == UInt8(ascii: "a")
        return !signed && (isMixed || word(name) == Word.nan && !isCapitalized)
    }

    // MARK: Words

    /// The letters of a word in lower case, one byte each, the first one highest: what `word` gives.
    private enum Word {
        static let y: UInt64 = 0x79
        static let n: UInt64 = 0x6e
        static let on: UInt64 = 0x6f6e
        static let no: UInt64 = 0x6e6f
        static let yes: UInt64 = 0x79_6573
        static let off: UInt64 = 0x6f_6666
        static let inf: UInt64 = 0x69_6e66
        static let nan: UInt64 = 0x6e_616e
        static let `true`: UInt64 = 0x7472_7565
        static let null: UInt64 = 0x6e75_6c6c
        static let `false`: UInt64 = 0x66_616c_7365
    }

    /// The lower-case letters of a text in one of YAML's three casings (`yes`, `Yes`, `YES`); `nil` for other texts and
    /// those of more than five letters.
    private static func word(_ text: Span<UInt8>) -> UInt64? {
        guard text.count >= 1 && text.count <= 5 else { return nil }
        let firstIsUpper = text[0] & 0x20 == 0
        let restIsUpper = text.count > 1 && text[1] & 0x20 == 0
        guard firstIsUpper || !restIsUpper else { return nil }
        var letters: UInt64 = 0
        for index in text.indices {
            let letter = text[index] | 0x20
            guard letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z") else { return nil }
            guard (text[index] & 0x20 == 0) == (index == 0 ? firstIsUpper : restIsUpper) else { return nil }
            letters = letters << 8 | UInt64(letter)
        }
        return letters
    }
}
