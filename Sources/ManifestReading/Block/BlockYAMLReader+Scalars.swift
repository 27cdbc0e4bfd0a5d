/// Plain scalars.
extension BlockYAMLReader {
    /// Passes a plain or quoted scalar that begins at `at`. Of a plain one only what stands on this line: what follows it
    /// says whether further lines belong to it (`continuePlain`).
    mutating func passScalar(_ text: Span<UInt8>, _ at: Int) throws(Beyond) -> Scalar {
        switch text[at] {
        case UInt8(ascii: "\""): try passQuoted(text, at, quote: UInt8(ascii: "\""))
        case UInt8(ascii: "'"): try passQuoted(text, at, quote: UInt8(ascii: "'"))
        default: try passPlain(text, at, inFlow: false)
        }
    }

    /// Passes a plain scalar up to the end of the line, a colon before a blank, or a comment; in a flow collection also up
    /// to a bracket or comma.
    mutating func passPlain(_ text: Span<UInt8>, _ start: Int, inFlow: Bool) throws(Beyond) -> Scalar {
        guard Self.canBeginPlain(text[start]) else { throw Beyond() }
        if text[start] == UInt8(ascii: "-"), start + 1 == text.count || Self.endsDash(text[start + 1]) {
            throw Beyond()
        }
        /// After the last byte that is no blank.
        var textEnd = start
        var at = start
        while at < text.count {
            let byte = text[at]
            // Nearly all: from the dash to the digit nine, and whatever comes after the colon.
            if byte > UInt8(ascii: ":") || byte >= UInt8(ascii: "-") && byte < UInt8(ascii: ":"), !inFlow {
                at += 1
                textEnd = at
                continue
            }
            switch byte {
            case UInt8(ascii: "\n"): return plain(text, start..<textEnd)
            case UInt8(ascii: " "):
                if at + 1 < text.count, text[at + 1] == UInt8(ascii: "#") { return plain(text, start..<textEnd) }
                at += 1
                continue
            case UInt8(ascii: "\t"): throw Beyond()
            case UInt8(ascii: ":"):
                guard at + 1 < text.count, !Self.isBlankOrBreak(text[at + 1]) else {
                    return plain(text, start..<textEnd)
                }
                if inFlow, Self.isFlowIndicator(text[at + 1]) { throw Beyond() }
            case UInt8(ascii: "?") where inFlow: throw Beyond()
            case _ where inFlow && Self.isFlowIndicator(byte): return plain(text, start..<textEnd)
            default: break
            }
            at += 1
            textEnd = at
        }
        return plain(text, start..<textEnd)
    }

    private mutating func plain(_ text: Span<UInt8>, _ range: Range<Int>) -> Scalar {
        Scalar(
            text: .source(range), isPlain: true, start: range.lowerBound, end: range.upperBound, line: line,
            column: column(text, range.lowerBound))
    }

    /// Takes the lines that belong to a plain scalar, if any: those deeper than its container, up to a comment. The
    /// current place is the line after its first one.
    mutating func continuePlain(_ scalar: inout Scalar, _ text: Span<UInt8>) throws(Beyond) {
        // The line may have ended with a comment.
        guard text[Self.skipSpaces(text, from: scalar.end)] == UInt8(ascii: "\n") else { return }
        let indent = try innermost().column
        while let next = continuation(text, deeperThan: indent) {
            if text[next.start] == UInt8(ascii: "#") { return }
            guard text[next.start] != UInt8(ascii: "\t") else { throw Beyond() }
            if case .source(let range) = scalar.text { scalar.text = .pool(builder.copyToPool(text, range)) }
            builder.appendToPool(UInt8(ascii: next.breaks > 1 ? "\n" : " "), count: max(1, next.breaks - 1))
            line += UInt32(next.breaks) - 1
            lineStart = next.lineStart
            let part = try Self.passPlainRest(text, next.start)
            _ = builder.copyToPool(text, part)
            try endLine(text, from: part.upperBound)
            if case .pool(let range) = scalar.text { scalar.text = .pool(range.lowerBound..<builder.pool.count) }
            let stop = Self.skipSpaces(text, from: part.upperBound)
            guard stop < text.count, text[stop] == UInt8(ascii: "\n") else { return }
        }
    }

    /// Where a further line of a plain scalar begins, with the number of line breaks before it; `nil` when the next line
    /// that is not empty stands too far left, or there is none.
    private mutating func continuation(
        _ text: Span<UInt8>, deeperThan indent: Int
    ) -> (start: Int, lineStart: Int, breaks: Int)? {
        var breaks = 1
        var lineStart = position
        while true {
            let at = Self.skipSpaces(text, from: lineStart)
            guard at < text.count else { return nil }
            guard text[at] == UInt8(ascii: "\n") else {
                return at - lineStart > indent ? (at, lineStart, breaks) : nil
            }
            lineStart = at + 1
            breaks += 1
        }
    }

    /// Passes one more line of a plain scalar.
    private static func passPlainRest(_ text: Span<UInt8>, _ start: Int) throws(Beyond) -> Range<Int> {
        var textEnd = start
        for at in start..<text.count {
            switch text[at] {
            case UInt8(ascii: "\n"): return start..<textEnd
            case UInt8(ascii: " "): continue
            case UInt8(ascii: "#") where text[at - 1] == UInt8(ascii: " "): return start..<textEnd
            case UInt8(ascii: "\t"): throw Beyond()
            case UInt8(ascii: ":") where at + 1 == text.count || Self.isBlankOrBreak(text[at + 1]): throw Beyond()
            default: textEnd = at + 1
            }
        }
        return start..<textEnd
    }

    // MARK: Bytes

    /// Indicators are left to others; so are letters that only a quoted scalar begins with.
    private static func canBeginPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "$"), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "^"),
            UInt8(ascii: "="), UInt8(ascii: ";"), UInt8(ascii: "<"), UInt8(ascii: "\\"):
            true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), 0x80...:
            true
        default: false
        }
    }

    static func isBlankOrBreak(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t")
    }

    private static func endsDash(_ byte: UInt8) -> Bool { isBlankOrBreak(byte) || isFlowIndicator(byte) }

    static func isFlowIndicator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"): true
        default: false
        }
    }
}
