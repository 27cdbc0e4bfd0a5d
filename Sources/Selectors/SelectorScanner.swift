/// Reads the atoms of a selector from left to right.
struct SelectorScanner {
    /// Longest label name that the grammar takes, in bytes.
    static let maximumLabelLength = 512

    private let bytes: [UInt8]
    private(set) var offset = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { offset >= bytes.count }
    var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    /// Only space and tab are blank; a line end is an error.
    mutating func skipBlanks() {
        while let byte = peek, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { offset += 1 }
    }

    /// Steps over `byte` if it stands here.
    mutating func consume(_ byte: Unicode.Scalar) -> Bool {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: byte) else { return false }
        offset += 1
        return true
    }

    /// Steps over the whole of `word` if it stands here.
    mutating func consume(word: StaticString) -> Bool {
        guard word.utf8CodeUnitCount <= bytes.count - offset else { return false }
        var end = offset
        for byte in word.description.utf8 {
            guard bytes[end] == byte else { return false }
            end += 1
        }
        offset = end
        return true
    }

    // MARK: Errors

    func error(_ message: String) -> SelectorError { error(at: offset, message) }

    func error(at place: Int, _ message: String) -> SelectorError {
        let column = bytes[..<min(place, bytes.count)].reduce(1) { $1 & 0xc0 == 0x80 ? $0 : $0 + 1 }
        return SelectorError(message: message, column: column)
    }

    /// The word or sign that stands here, for messages.
    private var found: String {
        guard !isAtEnd else { return "the end of the selector" }
        let rest = bytes[offset...].prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        return "\"\(String(decoding: rest.prefix(40), as: UTF8.self))\""
    }

    // MARK: Atoms

    mutating func atom() throws(SelectorError) -> Selector.Instruction {
        let start = offset
        if consume(word: "all(") { return try closing(.all, "all(", start) }
        if consume(word: "global(") { return try closing(.global, "global(", start) }
        if consume(word: "has(") {
            skipBlanks()
            let label = try self.label("a label name inside has()")
            return try closing(.has(label), "has(", start)
        }
        if peek == UInt8(ascii: "\"") || peek == UInt8(ascii: "'") {
            throw error("a string cannot stand on the left: write label == \"value\"")
        }
        let label = try self.label("a label name, \"!\", \"(\", all(), global() or has()")
        return try comparison(label)
    }

    private mutating func closing(
        _ atom: Selector.Instruction, _ opening: String, _ start: Int
    ) throws(SelectorError) -> Selector.Instruction {
        skipBlanks()
        guard consume(")") else { throw error(at: start, "no closing \")\" after \"\(opening)\"") }
        return atom
    }

    private mutating func label(_ expected: String) throws(SelectorError) -> String {
        let start = offset
        while let byte = peek, Self.isLabelByte(byte) { offset += 1 }
        guard offset > start else { throw error("expected \(expected), found \(found)") }
        guard offset - start <= Self.maximumLabelLength else {
            throw error(at: start, "label name of \(offset - start) bytes, at most \(Self.maximumLabelLength) allowed")
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    static func isLabelByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "/"):
            true
        default: false
        }
    }

    // MARK: Comparisons

    private mutating func comparison(_ label: String) throws(SelectorError) -> Selector.Instruction {
        skipBlanks()
        if consume(word: "==") { return .equals(label, try string()) }
        if consume(word: "!=") { return .notEquals(label, try string()) }
        let start = offset
        if consumeWords("in") { return .isIn(label, try list()) }
        if consumeWords("not", "in") { return .isNotIn(label, try list()) }
        if consumeWords("contains") { return .contains(label, try string()) }
        if consumeWords("starts", "with") { return .startsWith(label, try string()) }
        if consumeWords("ends", "with") { return .endsWith(label, try string()) }
        offset = start
        throw error(
            "expected an operator after label \"\(label)\" (==, !=, in, not in, contains, starts with, ends with), found "
                + found)
    }

    /// Steps over the words, blanks between them or none; the last must end at a word boundary.
    private mutating func consumeWords(_ words: StaticString...) -> Bool {
        let start = offset
        for word in words {
            skipBlanks()
            guard consume(word: word) else {
                offset = start
                return false
            }
        }
        if let next = peek, Self.isLabelByte(next) {
            offset = start
            return false
        }
        return true
    }

    /// A literal in either quote; it may hold anything but that quote, line ends included.
    private mutating func string() throws(SelectorError) -> String {
        skipBlanks()
        guard let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            throw error("expected a string in quotes, found \(found)")
        }
        let start = offset
        guard let end = bytes[(start + 1)...].firstIndex(of: quote) else {
            throw error("this string is never closed")
        }
        offset = end + 1
        return String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
    }

    /// `{ "a", 'b', }`, sorted and without repeats; a trailing comma is allowed, a leading one is not.
    private mutating func list() throws(SelectorError) -> [String] {
        skipBlanks()
        guard consume("{") else { throw error("expected a set such as {\"a\", \"b\"}, found \(found)") }
        var values: [String] = []
        while true {
            skipBlanks()
            if consume("}") { break }
            values.append(try string())
            skipBlanks()
            if consume(",") { continue }
            guard consume("}") else { throw error("expected \",\" or \"}\" in the set, found \(found)") }
            break
        }
        return values.sortedBytewise
    }
}
