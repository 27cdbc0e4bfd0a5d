import Diagnostics

/// A fast reader of the YAML that tools print: block mappings and sequences, scalars of every style, flow collections of
/// one line, comments, documents.
///
/// It stands beside `YAMLDocumentReader` and answers nothing that it isn't sure of. Of anything else (anchors, tags,
/// directives, tabs between tokens, complex keys, …) and of anything that would have to be reported (errors, duplicate
/// keys, keys that are no strings) it says `Beyond`, and the complete reader takes the text over: what this one reads has
/// no diagnostics. Its records equal those of the complete reader but for where their text lies: in the input, if it
/// stands there as it is.
///
/// It goes line by line. The indentation of a line closes containers, the rest of the line says what comes:
///
/// ```
/// spec:                 key at column 0: the mapping at 0 awaits a value
///   ports:              deeper: a mapping at 2 is the value
///   - port: 80          the column of the mapping that awaits: a sequence; behind the dash a mapping at 4
///     name: http        the mapping at 4 goes on
/// status:               closes all but the mapping at 0
/// ```
///
/// Methods that change nothing are static or `mutating` all the same: to lend `self` would copy it.
struct BlockYAMLReader: ~Copyable {
    /// The text is not for this reader; it says nothing of whether it is right.
    struct Beyond: Error {}

    /// A container in block style whose end has not come.
    struct Open {
        var isSequence: Bool
        /// Of its entries, from 0: libyaml's indentation. A sequence may have its mapping's.
        var column: Int
        /// A key or a dash has come, its value not.
        var awaitsValue = false
        /// Where an empty value stands, should none come: right behind the colon or dash.
        var awaitedLine: UInt32 = 0
        var awaitedColumn: UInt32 = 0
        /// Of a mapping: where its keys begin in `keyHashes`.
        var firstKey = 0
    }

    /// More nested ones go to the complete reader.
    static let depthLimit = 100
    /// Larger mappings go to the complete reader, which finds duplicate keys by hashing.
    static let keyLimit = 512

    var builder = NodeTreeBuilder()
    var open: [Open] = []
    /// Hashes of the keys of the open mappings.
    var keyHashes: [UInt64] = []
    /// Containers that must not be closed: a line that would close one ends the reading.
    var base = 0
    var hasRoot = false
    /// Of the byte that comes next; between two lines the beginning of the second.
    var position: Int
    /// Number of the line of `position`, and where it begins.
    var line: UInt32
    var lineStart: Int
    /// Columns are byte offsets.
    var isASCII: Bool

    /// - Parameters:
    ///   - range: what will be read. Every call passes the same `text`, which may go on behind it.
    ///   - line: number of the line that begins at `range.lowerBound`.
    init(_ text: Span<UInt8>, _ range: Range<Int>, line: UInt32) throws(Beyond) {
        switch OrdinaryText(text, in: range) {
        case .ascii: isASCII = true
        case .utf8: isASCII = false
        case .other: throw Beyond()
        }
        position = range.lowerBound
        lineStart = position
        self.line = line
        // What is not needed of it is never touched; to grow would move it.
        builder.reserve(records: range.count / 10)
    }

    /// Reads a whole input; `nil` when it goes to the complete reader.
    static func read(_ text: InputText, file: SourceFileID) -> NodeTree? {
        do throws(Beyond) {
            let bytes = text.bytes.span
            var reader = try BlockYAMLReader(bytes, text.start..<bytes.count, line: 1)
            guard try reader.readLines(bytes, before: bytes.count) else { return nil }
            try reader.finishDocument()
            return reader.builder.finish(file: file, isJSON: false, source: text.bytes)
        } catch {
            return nil
        }
    }

    /// Reads lines that begin before `limit`. Returns false at a line that would close one of the `base` containers:
    /// `position` is its beginning then.
    mutating func readLines(_ text: Span<UInt8>, before limit: Int) throws(Beyond) -> Bool {
        while position < limit {
            var at = position
            while at < text.count, text[at] == UInt8(ascii: " ") { at += 1 }
            guard at < text.count else {
                position = text.count
                return true
            }
            switch text[at] {
            case UInt8(ascii: "\n"): beginLine(at + 1)
            case UInt8(ascii: "#"): skipLine(text, from: at)
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "%"):
                if at > lineStart || !Self.isOutsideDocument(text, at) { fallthrough }
                guard base == 0 else { return false }
                try takeMarker(text, at)
            default:
                guard try closeContainers(before: at - lineStart, isEntry: Self.isIndicator(text, at, "-")) else {
                    return false
                }
                try takeNode(text, at)
            }
        }
        return true
    }

    /// Ends the document being read, and the text.
    mutating func finishDocument() throws(Beyond) {
        while let container = open.popLast() { try close(container) }
        builder.endDocument()
        hasRoot = false
    }

    // MARK: Lines

    mutating func beginLine(_ at: Int) {
        position = at
        lineStart = at
        line += 1
    }

    mutating func skipLine(_ text: Span<UInt8>, from start: Int) {
        var at = start
        while at < text.count, text[at] != UInt8(ascii: "\n") { at += 1 }
        if at < text.count { beginLine(at + 1) } else { position = text.count }
    }

    /// Passes the rest of a line: blanks, perhaps a comment behind at least one.
    mutating func endLine(_ text: Span<UInt8>, from start: Int) throws(Beyond) {
        let at = Self.skipSpaces(text, from: start)
        guard Self.isLineEnd(text, at) else { throw Beyond() }
        skipLine(text, from: at)
    }

    static func skipSpaces(_ text: Span<UInt8>, from start: Int) -> Int {
        var at = start
        while at < text.count, text[at] == UInt8(ascii: " ") { at += 1 }
        return at
    }

    /// Whether nothing but blanks and a comment stands between `at`, a place after blanks, and the end of the line.
    static func isLineEnd(_ text: Span<UInt8>, _ at: Int) -> Bool {
        at == text.count || text[at] == UInt8(ascii: "\n")
            || text[at] == UInt8(ascii: "#") && text[at - 1] == UInt8(ascii: " ")
    }

    /// A dash or colon with a blank, a line break or the end behind it.
    static func isIndicator(_ text: Span<UInt8>, _ at: Int, _ indicator: Unicode.Scalar) -> Bool {
        guard text[at] == UInt8(ascii: indicator) else { return false }
        return at + 1 == text.count || text[at + 1] == UInt8(ascii: " ") || text[at + 1] == UInt8(ascii: "\n")
            || text[at + 1] == UInt8(ascii: "\t")
    }

    /// Column of a byte of the current line, from 1, in Unicode scalars.
    mutating func column(_ text: Span<UInt8>, _ at: Int) -> UInt32 {
        guard !isASCII else { return UInt32(at - lineStart) + 1 }
        var column: UInt32 = 1
        for index in lineStart..<at where text[index] & 0xc0 != 0x80 { column += 1 }
        return column
    }

    // MARK: Documents

    /// Whether the line at `at` is `---`, `...` or a directive.
    private static func isOutsideDocument(_ text: Span<UInt8>, _ at: Int) -> Bool {
        if text[at] == UInt8(ascii: "%") { return true }
        guard at + 2 < text.count, text[at + 1] == text[at], text[at + 2] == text[at] else { return false }
        return at + 3 == text.count || text[at + 3] <= UInt8(ascii: " ")
    }

    /// `---` alone on its line.
    private mutating func takeMarker(_ text: Span<UInt8>, _ at: Int) throws(Beyond) {
        guard text[at] == UInt8(ascii: "-") else { throw Beyond() }
        try finishDocument()
        try endLine(text, from: at + 3)
    }

    // MARK: Containers

    /// Closes what a line with something at `column` is no part of. `isEntry`: it begins with a dash. Returns false when
    /// that would close one of the `base` containers.
    mutating func closeContainers(before column: Int, isEntry: Bool) throws(Beyond) -> Bool {
        while let innermost = open.last {
            let endsHere = innermost.column == column && innermost.isSequence && !isEntry
            guard innermost.column > column || endsHere else { return true }
            guard open.count > base else { return false }
            if endsHere {
                // Only a sequence at the column of its mapping can end with a line at its own.
                guard open.count > 1, open[open.count - 2].column == column else { throw Beyond() }
            }
            open.removeLast()
            try close(innermost)
        }
        return true
    }

    mutating func close(_ container: Open) throws(Beyond) {
        if container.awaitsValue { try appendNull(in: container) }
        if !container.isSequence { keyHashes.removeLast(keyHashes.count - container.firstKey) }
        builder.endContainer()
    }

    mutating func innermost() throws(Beyond) -> Open {
        guard let innermost = open.last else { throw Beyond() }
        return innermost
    }

    /// Begins a block container whose first entry stands at `at`: the value that is awaited, or the document's root.
    mutating func begin(_ kind: Node.Kind, _ text: Span<UInt8>, _ at: Int) throws(Beyond) {
        try fillAwaited()
        guard open.count < Self.depthLimit else { throw Beyond() }
        let (line, column) = (self.line, column(text, at))
        try build { (builder) throws(NodeTreeBuilder.Excess) in
            try builder.beginContainer(kind, line: line, column: column)
        }
        open.append(Open(isSequence: kind == .sequence, column: at - lineStart, firstKey: keyHashes.count))
    }

    /// A value comes: notes that the innermost container, which must await one, has got it.
    mutating func fillAwaited() throws(Beyond) {
        guard !open.isEmpty else {
            guard !hasRoot else { throw Beyond() }
            hasRoot = true
            return builder.beginDocument()
        }
        guard open[open.count - 1].awaitsValue else { throw Beyond() }
        open[open.count - 1].awaitsValue = false
    }

    /// The innermost container awaits a value from `at` on.
    mutating func awaitValue(_ text: Span<UInt8>, _ at: Int) {
        open[open.count - 1].awaitsValue = true
        open[open.count - 1].awaitedLine = line
        open[open.count - 1].awaitedColumn = column(text, at)
    }

    mutating func appendNull(in container: Open) throws(Beyond) {
        try build { (builder) throws(NodeTreeBuilder.Excess) in
            try builder.appendScalar(
                inSource: 0..<0, type: .null, isPlain: true, line: container.awaitedLine,
                column: container.awaitedColumn)
        }
    }

    mutating func build(_ change: (inout NodeTreeBuilder) throws(NodeTreeBuilder.Excess) -> Void) throws(Beyond) {
        do throws(NodeTreeBuilder.Excess) {
            try change(&builder)
        } catch {
            throw Beyond()
        }
    }
}
