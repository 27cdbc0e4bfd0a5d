/// Which characters a text is made of, as far as a reader of plain YAML must know.
enum OrdinaryText {
    /// Printable ASCII, tabs and line feeds.
    case ascii
    /// The same and valid UTF-8 beyond it, none of which YAML 1.1 forbids or takes for a line break or a byte order mark.
    case utf8
    /// Something else: carriage returns, control characters, NEL, LS, PS, bytes that are not UTF-8.
    case other

    static func isASCII(_ text: Span<UInt8>) -> Bool { !scan(text).beyondASCII }

    init(_ text: Span<UInt8>, in range: Range<Int>) {
        let (odd, beyondASCII) = Self.scan(text.extracting(range))
        guard !odd else {
            self = .other
            return
        }
        self = !beyondASCII ? .ascii : Self.isPlainUTF8(text.extracting(range)) ? .utf8 : .other
    }

    private static func scan(_ text: Span<UInt8>) -> (odd: Bool, beyondASCII: Bool) {
        // Eight bytes at a time: one by one they would cost a third of the whole reading.
        unsafe text.withUnsafeBytes { bytes in
            var at = 0
            var (oddBytes, seenBits): (UInt64, UInt64) = (0, 0)
            while at + 8 <= bytes.count {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                oddBytes |= Self.oddBytes(word)
                seenBits |= word
                at += 8
            }
            for index in at..<bytes.count {
                let word = unsafe Self.eachByte * UInt64(bytes[index])
                oddBytes |= Self.oddBytes(word)
                seenBits |= word
            }
            return (oddBytes != 0, seenBits & highBits != 0)
        }
    }

    private static let eachByte: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// The high bit of each byte that is a control character, but for tabs and line feeds.
    @inline(__always) private static func oddBytes(_ word: UInt64) -> UInt64 {
        let isPrintable = (word & ~highBits) + eachByte * 0x60 | word
        let isOther = isUnequal(word, to: 0x0a) & isUnequal(word, to: 0x09)
        return (~isPrintable & isOther | ~isUnequal(word, to: 0x7f)) & highBits
    }

    /// Sets the high bit of each byte that is not `byte`; says nothing in other bits.
    @inline(__always) private static func isUnequal(_ word: UInt64, to byte: UInt64) -> UInt64 {
        let difference = word ^ eachByte * byte
        return (difference & ~highBits) + ~highBits | difference
    }

    /// Valid, and without U+0080…U+009F, U+2028, U+2029, U+FEFF, U+FFFE and U+FFFF. Other noncharacters may pass: libyaml
    /// lets them pass, too.
    private static func isPlainUTF8(_ text: Span<UInt8>) -> Bool {
        guard (try? UTF8Span(validating: text)) != nil else { return false }
        for index in text.indices {
            switch text[index] {
            case 0xc2: if text[index + 1] < 0xa0 { return false }
            case 0xe2: if text[index + 1] == 0x80, text[index + 2] & 0xfe == 0xa8 { return false }
            // All of U+F000…U+FFFF: some are forbidden, none is common.
            case 0xef: return false
            default: continue
            }
        }
        return true
    }
}
