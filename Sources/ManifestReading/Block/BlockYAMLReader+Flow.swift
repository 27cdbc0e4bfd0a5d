/// Flow collections on one line: `[a, b]`, `{a: b}`.
extension BlockYAMLReader {
    /// Takes a flow collection as the value that is awaited. What follows it on its line must be empty.
    mutating func takeFlowValue(_ text: Span<UInt8>, _ start: Int) throws(Beyond) {
        try fillAwaited()
        var at = start
        try takeFlowNode(&at, text, depth: open.count)
        try endLine(text, from: at)
    }

    private mutating func takeFlowNode(_ at: inout Int, _ text: Span<UInt8>, depth: Int) throws(Beyond) {
        switch text[at] {
        case UInt8(ascii: "["): try takeFlowSequence(&at, text, depth: depth + 1)
        case UInt8(ascii: "{"): try takeFlowMapping(&at, text, depth: depth + 1)
        default:
            let scalar = try passFlowScalar(text, at)
            _ = try append(scalar, text)
            at = scalar.end
        }
    }

    private mutating func takeFlowSequence(_ at: inout Int, _ text: Span<UInt8>, depth: Int) throws(Beyond) {
        try beginFlow(.sequence, text, at, depth: depth)
        try Self.passFlowSpaces(&at, text)
        while text[at] != UInt8(ascii: "]") {
            try takeFlowNode(&at, text, depth: depth)
            try Self.passSeparator(&at, text, before: UInt8(ascii: "]"))
        }
        at += 1
        builder.endContainer()
    }

    private mutating func takeFlowMapping(_ at: inout Int, _ text: Span<UInt8>, depth: Int) throws(Beyond) {
        let firstKey = keyHashes.count
        try beginFlow(.mapping, text, at, depth: depth)
        try Self.passFlowSpaces(&at, text)
        while text[at] != UInt8(ascii: "}") {
            let key = try passFlowScalar(text, at)
            guard key.end - key.start <= 1000 else { throw Beyond() }
            try appendKey(key, text, since: firstKey)
            at = Self.skipSpaces(text, from: key.end)
            guard at < text.count, text[at] == UInt8(ascii: ":") else { throw Beyond() }
            try Self.passFlowSpaces(&at, text)
            guard text[at] != UInt8(ascii: ","), text[at] != UInt8(ascii: "}") else { throw Beyond() }
            try takeFlowNode(&at, text, depth: depth)
            try Self.passSeparator(&at, text, before: UInt8(ascii: "}"))
        }
        at += 1
        keyHashes.removeLast(keyHashes.count - firstKey)
        builder.endContainer()
    }

    private mutating func beginFlow(
        _ kind: Node.Kind, _ text: Span<UInt8>, _ at: Int, depth: Int
    ) throws(Beyond) {
        guard depth < Self.depthLimit else { throw Beyond() }
        let (line, column) = (self.line, column(text, at))
        try build { (builder) throws(NodeTreeBuilder.Excess) in
            try builder.beginContainer(kind, line: line, column: column)
        }
    }

    private mutating func passFlowScalar(_ text: Span<UInt8>, _ at: Int) throws(Beyond) -> Scalar {
        switch text[at] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            let scalar = try passScalar(text, at)
            guard !scalar.isMultiline else { throw Beyond() }
            return scalar
        default: return try passPlain(text, at, inFlow: true)
        }
    }

    /// Passes the bracket, comma or colon at `at` and the blanks behind it; something must follow on the line.
    private static func passFlowSpaces(_ at: inout Int, _ text: Span<UInt8>) throws(Beyond) {
        at = Self.skipSpaces(text, from: at + 1)
        guard at < text.count, text[at] != UInt8(ascii: "\n") else { throw Beyond() }
    }

    /// Passes a comma, or stops before the closing bracket.
    private static func passSeparator(_ at: inout Int, _ text: Span<UInt8>, before closing: UInt8) throws(Beyond) {
        at = Self.skipSpaces(text, from: at)
        guard at < text.count else { throw Beyond() }
        if text[at] == UInt8(ascii: ",") { return try Self.passFlowSpaces(&at, text) }
        guard text[at] == closing else { throw Beyond() }
    }
}
