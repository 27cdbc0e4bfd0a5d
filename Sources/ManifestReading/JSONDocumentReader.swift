import CJSON

/// Builds documents from simdjson's events. Keys and strings are unescaped, numbers kept as written.
struct JSONDocumentReader {
    private var builder = NodeTreeBuilder()
    private var problems: ReadingProblems
    private var position = TextPosition()
    /// Byte that `position` is at, from the beginning of the text.
    private var offset = 0
    private let text: InputText
    private let isASCII: Bool

    private init(_ text: InputText, _ problems: ReadingProblems) {
        self.text = text
        self.problems = problems
        isASCII = OrdinaryText.isASCII(text.bytes.span)
        builder.reserve(records: text.bytes.count / 16)
    }

    static func read(_ text: InputText, _ problems: inout ReadingProblems) -> NodeTreeBuilder {
        var reader = JSONDocumentReader(text, problems)
        let result = unsafe text.bytes.withUnsafeBytes { bytes in
            let input = unsafe UnsafeRawBufferPointer(rebasing: bytes[text.start...])
            return unsafe withUnsafeMutablePointer(to: &reader) { context in
                unsafe cjson_read(
                    input.baseAddress?.assumingMemoryBound(to: CChar.self), input.count,
                    text.bytes.capacity - text.start,
                    UInt32(ManifestLimits.depth), Self.sink, context)
            }
        }
        unsafe reader.report(result)
        problems = reader.problems
        return reader.builder
    }

    private static let sink: cjson_sink = { context, event, offset, text, length in
        guard let reader = unsafe context?.assumingMemoryBound(to: JSONDocumentReader.self) else { return false }
        let bytes = unsafe UnsafeBufferPointer(
            start: UnsafeRawPointer(text)?.assumingMemoryBound(to: UInt8.self), count: length)
        return unsafe reader.pointee.take(event, offset, bytes.span)
    }

    // MARK: Events

    /// Returns false to stop: there are more nodes than allowed.
    private mutating func take(_ event: cjson_event, _ offset: Int, _ value: Span<UInt8>) -> Bool {
        do {
            switch event {
            case CJSON_KEY: try take(value, .string, offset)
            case CJSON_STRING: try takeString(value, offset)
            case CJSON_NULL: try take(value, .null, offset)
            case CJSON_BOOL: try take(value, .bool, offset)
            case CJSON_NUMBER: try take(value, isInteger(value) ? .integer : .float, offset)
            case CJSON_OBJECT_BEGIN: try begin(.mapping, offset)
            case CJSON_ARRAY_BEGIN: try begin(.sequence, offset)
            case CJSON_OBJECT_END: endObject()
            case CJSON_ARRAY_END: builder.endContainer()
            case CJSON_VALUE_END: builder.endDocumentList()
            default: return false
            }
            return true
        } catch {
            advance(to: offset)
            problems.report(error == .depth ? .tooDeep : .tooManyNodes, line: position.line, column: position.column)
            return false
        }
    }

    /// A string whose opening quote stands at `offset`. One without escapes stays in the input; keys are copied, since the
    /// builder compares them.
    private mutating func takeString(_ value: Span<UInt8>, _ offset: Int) throws(NodeTreeBuilder.Excess) {
        let start = text.start + offset + 1
        guard text.holds(value, at: start) else { return try take(value, .string, offset) }
        advance(to: offset)
        try builder.appendScalar(
            inSource: start..<start + value.count, type: .string, isPlain: false, line: position.line,
            column: position.column)
    }

    private mutating func take(
        _ value: Span<UInt8>, _ type: Node.ScalarType, _ offset: Int
    ) throws(NodeTreeBuilder.Excess) {
        advance(to: offset)
        try builder.appendScalar(value, type: type, isPlain: false, line: position.line, column: position.column)
    }

    private mutating func begin(_ kind: Node.Kind, _ offset: Int) throws(NodeTreeBuilder.Excess) {
        advance(to: offset)
        if builder.depth == 0 { builder.beginDocument() }
        try builder.beginContainer(kind, line: position.line, column: position.column)
    }

    private mutating func endObject() {
        guard let object = builder.innermost else { return }
        problems.reportDuplicateKeys(of: object, in: builder)
        builder.endContainer()
    }

    private func isInteger(_ value: Span<UInt8>) -> Bool {
        for index in value.indices {
            switch value[index] {
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): return false
            default: continue
            }
        }
        return true
    }

    // MARK: Places

    /// Offsets only grow.
    private mutating func advance(to target: Int) {
        let end = min(text.start + target, text.bytes.count)
        position.advance(over: text.bytes, text.start + offset..<end, isASCII: isASCII)
        offset = max(offset, target)
    }

    /// A stop by `take` is reported already.
    private mutating func report(_ result: cjson_result) {
        let failure = unsafe result.failure
        guard failure != CJSON_FINE else { return }
        builder.dropDocument()
        guard failure != CJSON_STOPPED else { return }
        let offset = failure == CJSON_NOT_UTF8 ? text.firstInvalidOffset ?? 0 : unsafe result.offset
        let place = text.position(ofOffset: offset)
        let problem: ReadingProblem =
            switch failure {
            case CJSON_NOT_UTF8: .invalidUTF8
            case CJSON_TOO_DEEP: .tooDeep
            default: unsafe .jsonSyntax(String(cString: result.problem))
            }
        problems.report(problem, line: place.line, column: place.column)
    }
}
