import Glibc

/// The UTF-8 text of one input: byte order mark taken off, UTF-16 converted (YAML 1.1 section 5.2 allows both).
struct InputText {
    /// UTF-8 as it came: not yet checked, unless it was converted.
    let bytes: [UInt8]
    /// Where the text begins in `bytes`.
    let start: Int

    /// A place in a text that could not be converted.
    struct BadUTF16: Error {
        var line: UInt32
        var column: UInt32
    }

    init(_ bytes: [UInt8]) throws(BadUTF16) {
        switch (bytes.first, bytes.dropFirst().first) {
        case (0xef, 0xbb) where bytes.count >= 3 && bytes[2] == 0xbf:
            self.bytes = bytes
            start = 3
        case (0xfe, 0xff):
            self.bytes = try Self.utf8(ofUTF16: bytes, highByteFirst: true)
            start = 0
        case (0xff, 0xfe):
            self.bytes = try Self.utf8(ofUTF16: bytes, highByteFirst: false)
            start = 0
        default:
            self.bytes = bytes
            start = 0
        }
    }

    /// kubectl takes a text that begins with a brace for JSON; an array is not a resource either way.
    var looksLikeJSON: Bool {
        for byte in bytes[start...] {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): return true
            default: return false
            }
        }
        return false
    }

    /// Line and column, from 1, of the byte `offset` after `start`; columns count Unicode scalars.
    func position(ofOffset offset: Int) -> (line: UInt32, column: UInt32) {
        var position = TextPosition()
        position.advance(over: bytes[start..<min(start + offset, bytes.count)])
        return (position.line, position.column)
    }

    /// First byte of the character at a place; `nil` outside the text. Linear: for error messages.
    func byte(atLine line: UInt32, column: UInt32) -> UInt8? {
        var position = TextPosition()
        for byte in bytes[start...] {
            if position.line == line && position.column == column { return byte }
            position.advance(over: byte)
        }
        return nil
    }

    /// Whether `value` stands at `start`, an index of `bytes`.
    func holds(_ value: Span<UInt8>, at start: Int) -> Bool {
        guard start + value.count <= bytes.count else { return false }
        return unsafe bytes.withUnsafeBytes { bytes in
            unsafe value.withUnsafeBytes { value in
                guard let first = value.baseAddress, let other = bytes.baseAddress else { return true }
                return unsafe memcmp(first, other + start, value.count) == 0
            }
        }
    }

    /// Offset after `start` of the first byte that is not UTF-8.
    var firstInvalidOffset: Int? {
        let text = bytes[start...]
        do {
            _ = try UTF8Span(validating: text.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    /// Takes `bytes` with their mark.
    private static func utf8(ofUTF16 bytes: [UInt8], highByteFirst: Bool) throws(BadUTF16) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var position = TextPosition()
        var units = stride(from: 2, to: bytes.count - bytes.count % 2, by: 2).lazy.map { at -> UInt16 in
            let (first, second) = (UInt16(bytes[at]), UInt16(bytes[at + 1]))
            return highByteFirst ? first << 8 | second : second << 8 | first
        }.makeIterator()
        var decoder = UTF16()
        while true {
            switch decoder.decode(&units) {
            case .scalarValue(let scalar):
                let before = out.count
                out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                position.advance(over: out[before...])
            case .emptyInput:
                guard bytes.count % 2 == 0 else { throw BadUTF16(line: position.line, column: position.column) }
                return out
            case .error:
                throw BadUTF16(line: position.line, column: position.column)
            }
        }
    }
}

/// Line and column, from 1, while a text goes by.
struct TextPosition {
    var line: UInt32 = 1
    var column: UInt32 = 1

    mutating func advance(over bytes: ArraySlice<UInt8>) {
        for byte in bytes { advance(over: byte) }
    }

    /// Faster where only few bytes are line feeds.
    mutating func advance(over bytes: [UInt8], _ range: Range<Int>, isASCII: Bool) {
        guard isASCII else { return advance(over: bytes[range]) }
        var start = range.lowerBound
        unsafe bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            while start < range.upperBound,
                let feed = unsafe memchr(base + start, Int32(UInt8(ascii: "\n")), range.upperBound - start)
            {
                line += 1
                column = 1
                start = unsafe UnsafeRawPointer(feed) - base + 1
            }
        }
        column += UInt32(max(0, range.upperBound - start))
    }

    @inline(__always) mutating func advance(over byte: UInt8) {
        if byte == UInt8(ascii: "\n") {
            line += 1
            column = 1
        } else if byte & 0xc0 != 0x80 {
            column += 1
        }
    }
}
