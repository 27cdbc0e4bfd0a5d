/// Literal and folded scalars (`|`, `>`), as libyaml's `yaml_parser_scan_block_scalar` reads them.
extension BlockYAMLReader {
    /// What becomes of the line breaks at the end.
    private enum Chomping {
        case strip
        case clip
        case keep
    }

    /// The value that is awaited, its indicator at `at`.
    mutating func takeBlockScalar(_ text: Span<UInt8>, _ at: Int) throws(Beyond) {
        let (firstLine, firstColumn) = (line, column(text, at))
        let isLiteral = text[at] == UInt8(ascii: "|")
        var (next, chomping, increment) = (at + 1, Chomping.clip, 0)
        while next < text.count, !Self.isBlankOrBreak(text[next]) {
            switch text[next] {
            case UInt8(ascii: "-") where chomping == .clip: chomping = .strip
            case UInt8(ascii: "+") where chomping == .clip: chomping = .keep
            case let digit where digit > UInt8(ascii: "0") && digit <= UInt8(ascii: "9") && increment == 0:
                increment = Int(digit - UInt8(ascii: "0"))
            default: throw Beyond()
            }
            next += 1
        }
        try endLine(text, from: next)
        let range = try copyBlock(
            text, isLiteral: isLiteral, chomping, indent: increment == 0 ? nil : try innermost().column + increment)
        try fillAwaited()
        try build { (builder) throws(NodeTreeBuilder.Excess) in
            try builder.appendScalar(
                inPool: range, type: .string, isPlain: false, line: firstLine, column: firstColumn)
        }
    }

    /// Copies the lines of the scalar. `indent`: `nil` where the first line that isn't empty says it.
    private mutating func copyBlock(
        _ text: Span<UInt8>, isLiteral: Bool, _ chomping: Chomping, indent: Int?
    ) throws(Beyond) -> Range<Int> {
        let first = builder.pool.count
        var indent = indent
        var breaks = try passBreaks(text, &indent)
        let column = indent ?? 0
        /// The line before ended with a line break that hasn't been copied.
        var owesBreak = false
        var lastBeganBlank = false
        while position < text.count, Self.isAtColumn(text, position, column) {
            let start = position + column
            let beginsBlank = text[start] == UInt8(ascii: " ") || text[start] == UInt8(ascii: "\t")
            if !isLiteral, owesBreak, !lastBeganBlank, !beginsBlank {
                if breaks == 0 { builder.appendToPool(UInt8(ascii: " ")) }
            } else if owesBreak {
                builder.appendToPool(UInt8(ascii: "\n"))
            }
            builder.appendToPool(UInt8(ascii: "\n"), count: breaks)
            lastBeganBlank = beginsBlank
            skipLine(text, from: start)
            owesBreak = text[position - 1] == UInt8(ascii: "\n")
            _ = builder.copyToPool(text, start..<(owesBreak ? position - 1 : position))
            breaks = try passBreaks(text, &indent)
        }
        if owesBreak, chomping != .strip { builder.appendToPool(UInt8(ascii: "\n")) }
        if chomping == .keep { builder.appendToPool(UInt8(ascii: "\n"), count: breaks) }
        return first..<builder.pool.count
    }

    /// Passes empty lines and returns their number. Finds the indentation of the scalar if it isn't known.
    private mutating func passBreaks(_ text: Span<UInt8>, _ indent: inout Int?) throws(Beyond) -> Int {
        var breaks = 0
        var deepest = 0
        while position < text.count {
            var at = position
            while at < text.count, at - position < indent ?? .max, text[at] == UInt8(ascii: " ") { at += 1 }
            deepest = max(deepest, at - position)
            guard at < text.count else {
                // Blanks at the very end: libyaml counts them as an indentation without text.
                throw Beyond()
            }
            if at - position < indent ?? .max, text[at] == UInt8(ascii: "\t") { throw Beyond() }
            guard text[at] == UInt8(ascii: "\n") else { break }
            breaks += 1
            beginLine(at + 1)
        }
        if indent == nil { indent = max(deepest, try innermost().column + 1, 1) }
        return breaks
    }

    /// Whether the line has `column` blanks and something behind them.
    private static func isAtColumn(_ text: Span<UInt8>, _ position: Int, _ column: Int) -> Bool {
        guard text.count - position > column else { return false }
        for at in position..<position + column where text[at] != UInt8(ascii: " ") { return false }
        return true
    }
}
