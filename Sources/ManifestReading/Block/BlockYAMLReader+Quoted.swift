/// Scalars in quotes, as libyaml's `yaml_parser_scan_flow_scalar` reads them.
extension BlockYAMLReader {
    mutating func passQuoted(_ text: Span<UInt8>, _ start: Int, quote: UInt8) throws(Beyond) -> Scalar {
        var scalar = Scalar(
            text: .source(start + 1..<start + 1), isPlain: false, start: start, end: start, line: line,
            column: column(text, start))
        var at = start + 1
        while at < text.count {
            let byte = text[at]
            if byte == quote {
                // Two single quotes stand for one.
                if quote == UInt8(ascii: "'"), at + 1 < text.count, text[at + 1] == quote { break }
                scalar.text = .source(start + 1..<at)
                scalar.end = at + 1
                return scalar
            }
            guard byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\\") || quote == UInt8(ascii: "'") else { break }
            at += 1
        }
        try rewriteQuoted(&scalar, text, quote: quote)
        return scalar
    }

    /// Unescapes and folds a quoted scalar into the pool.
    private mutating func rewriteQuoted(_ scalar: inout Scalar, _ text: Span<UInt8>, quote: UInt8) throws(Beyond) {
        let first = builder.pool.count
        let firstLine = line
        var at = scalar.start + 1
        while true {
            var isFolded = try passWord(&at, text, quote: quote)
            guard at < text.count else { throw Beyond() }
            if text[at] == quote, !isFolded { break }
            try passSpace(&at, text, isFolded: &isFolded)
        }
        scalar.text = .pool(first..<builder.pool.count)
        scalar.end = at + 1
        scalar.isMultiline = line != firstLine
    }

    /// Copies what stands before the next blank, line break or quote. Returns true after an escaped line break.
    private mutating func passWord(_ at: inout Int, _ text: Span<UInt8>, quote: UInt8) throws(Beyond) -> Bool {
        while at < text.count, !Self.isBlankOrBreak(text[at]) {
            let byte = text[at]
            if byte == quote {
                guard quote == UInt8(ascii: "'"), at + 1 < text.count, text[at + 1] == quote else { return false }
                builder.appendToPool(byte)
                at += 2
            } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                guard at + 1 < text.count else { throw Beyond() }
                guard text[at + 1] != UInt8(ascii: "\n") else {
                    at += 2
                    beginLine(at)
                    return true
                }
                try passEscape(&at, text)
            } else {
                builder.appendToPool(byte)
                at += 1
            }
        }
        return false
    }

    /// Passes blanks and line breaks, and copies what they stand for. After an escaped line break (`isFolded`) it passes
    /// the blanks of the next line, which stand for nothing.
    private mutating func passSpace(_ at: inout Int, _ text: Span<UInt8>, isFolded: inout Bool) throws(Beyond) {
        let blanks = at
        var blanksEnd = at
        var breaks = 0
        while at < text.count, Self.isBlankOrBreak(text[at]) {
            if text[at] == UInt8(ascii: "\n") {
                breaks += 1
                beginLine(at + 1)
            } else if breaks == 0 {
                blanksEnd = at + 1
            }
            at += 1
        }
        if isFolded {
            builder.appendToPool(UInt8(ascii: "\n"), count: breaks)
        } else if breaks == 0 {
            _ = builder.copyToPool(text, blanks..<blanksEnd)
        } else {
            builder.appendToPool(UInt8(ascii: breaks > 1 ? "\n" : " "), count: max(1, breaks - 1))
        }
        // `---` and `...` at the beginning of a line end the document, quotes or not.
        if at == lineStart, breaks > 0 || isFolded, at < text.count,
            text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: ".")
        {
            throw Beyond()
        }
    }

    /// The escapes that printers of YAML use.
    private mutating func passEscape(_ at: inout Int, _ text: Span<UInt8>) throws(Beyond) {
        switch text[at + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: " "):
            builder.appendToPool(text[at + 1])
        case UInt8(ascii: "n"): builder.appendToPool(UInt8(ascii: "\n"))
        case UInt8(ascii: "t"): builder.appendToPool(UInt8(ascii: "\t"))
        case UInt8(ascii: "r"): builder.appendToPool(UInt8(ascii: "\r"))
        case UInt8(ascii: "u"):
            guard at + 6 <= text.count, let scalar = Self.scalar(ofHex: text.extracting(at + 2..<at + 6)) else {
                throw Beyond()
            }
            for byte in String(scalar).utf8 { builder.appendToPool(byte) }
            at += 4
        default: throw Beyond()
        }
        at += 2
    }

    private static func scalar(ofHex digits: Span<UInt8>) -> Unicode.Scalar? {
        var value: UInt32 = 0
        for index in digits.indices {
            switch digits[index] {
            case let byte where byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"):
                value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
            case let byte where byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f"):
                value = value << 4 | UInt32((byte | 0x20) - UInt8(ascii: "a")) + 10
            default: return nil
            }
        }
        return Unicode.Scalar(value)
    }
}
