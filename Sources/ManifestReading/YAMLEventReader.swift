import CYaml

/// One libyaml event: a few words that nothing owns.
struct YAMLEvent {
    enum Kind {
        case streamEnd
        case documentStart
        case documentEnd
        case alias
        case scalar
        case sequenceStart
        case sequenceEnd
        case mappingStart
        case mappingEnd
        case other
    }

    var kind: Kind
    /// Names are fetched when they are wanted: `YAMLEventReader.anchor`, `tag`.
    var hasAnchor = false
    var hasTag = false
    /// Of a scalar: YAML may resolve its type (it is written plain, or tagged `!`).
    var isResolvable = false
    /// Of the first character, from 1; columns count Unicode scalars.
    var line: UInt32
    var column: UInt32
}

/// Where and why libyaml gave up.
struct YAMLSyntaxError: Error {
    var problem: String
    /// `while parsing a block mapping that begins at line 3, column 5`; may be empty.
    var context: String
    /// From 1. For `isEncoding` the byte `offset` says where instead.
    var line: UInt32
    var column: UInt32
    var isEncoding: Bool
    var offset: Int
}

/// libyaml's parser over borrowed bytes: the only file that touches it.
@safe struct YAMLEventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>

    /// `input` must outlive the reader. `nil` when out of memory.
    init?(_ input: UnsafeBufferPointer<UInt8>) {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            unsafe parser.deallocate()
            return nil
        }
        unsafe self.parser = unsafe parser
        unsafe event = .allocate(capacity: 1)
        unsafe event.initialize(to: yaml_event_t())
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        unsafe yaml_event_delete(event)
        unsafe yaml_parser_delete(parser)
        unsafe event.deallocate()
        unsafe parser.deallocate()
    }

    /// The next event. After `.streamEnd`, `.streamEnd` again.
    mutating func next() throws(YAMLSyntaxError) -> YAMLEvent {
        unsafe yaml_event_delete(event)
        guard unsafe yaml_parser_parse(parser, event) == 1 else { throw syntaxError() }
        let mark = unsafe event.pointee.start_mark
        var result = YAMLEvent(kind: .other, line: Self.place(mark.line), column: Self.place(mark.column))
        switch unsafe event.pointee.type {
        case YAML_NO_EVENT, YAML_STREAM_END_EVENT: result.kind = .streamEnd
        case YAML_DOCUMENT_START_EVENT: result.kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: result.kind = .documentEnd
        case YAML_ALIAS_EVENT: result.kind = .alias
        case YAML_SCALAR_EVENT:
            result.kind = .scalar
            result.isResolvable = unsafe event.pointee.data.scalar.plain_implicit != 0
        case YAML_SEQUENCE_START_EVENT: result.kind = .sequenceStart
        case YAML_SEQUENCE_END_EVENT: result.kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT: result.kind = .mappingStart
        case YAML_MAPPING_END_EVENT: result.kind = .mappingEnd
        default: break
        }
        result.hasAnchor = unsafe anchorPointer != nil
        result.hasTag = unsafe tagPointer != nil
        return result
    }

    /// Name that the event given last defines, or that its alias means.
    var anchor: String? { unsafe Self.text(anchorPointer) }

    /// Tag of the event given last, as resolved by libyaml: `tag:yaml.org,2002:str` for `!!str`.
    var tag: String? { unsafe Self.text(tagPointer) }

    private var anchorPointer: UnsafePointer<yaml_char_t>? {
        switch unsafe event.pointee.type {
        case YAML_ALIAS_EVENT: unsafe UnsafePointer(event.pointee.data.alias.anchor)
        case YAML_SCALAR_EVENT: unsafe UnsafePointer(event.pointee.data.scalar.anchor)
        case YAML_SEQUENCE_START_EVENT: unsafe UnsafePointer(event.pointee.data.sequence_start.anchor)
        case YAML_MAPPING_START_EVENT: unsafe UnsafePointer(event.pointee.data.mapping_start.anchor)
        default: nil
        }
    }

    private var tagPointer: UnsafePointer<yaml_char_t>? {
        switch unsafe event.pointee.type {
        case YAML_SCALAR_EVENT: unsafe UnsafePointer(event.pointee.data.scalar.tag)
        case YAML_SEQUENCE_START_EVENT: unsafe UnsafePointer(event.pointee.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT: unsafe UnsafePointer(event.pointee.data.mapping_start.tag)
        default: nil
        }
    }

    /// Lends the text of the scalar event that `next` gave last.
    borrowing func withText<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        let buffer = unsafe UnsafeBufferPointer(
            start: event.pointee.data.scalar.value, count: Int(event.pointee.data.scalar.length))
        return try unsafe body(buffer.span)
    }

    private static func place(_ zeroBased: Int) -> UInt32 { UInt32(clamping: zeroBased) + 1 }

    private static func text(_ pointer: UnsafePointer<yaml_char_t>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(cString: pointer)
    }

    private static func message(_ pointer: UnsafePointer<CChar>?) -> String {
        guard let pointer = unsafe pointer else { return "" }
        return unsafe String(cString: pointer)
    }

    private func syntaxError() -> YAMLSyntaxError {
        let failed = unsafe parser.pointee
        let mark = unsafe failed.problem_mark
        var context = unsafe Self.message(failed.context)
        let contextMark = unsafe failed.context_mark
        if !context.isEmpty {
            context += " that begins at line \(Self.place(contextMark.line)), column \(Self.place(contextMark.column))"
        }
        return unsafe YAMLSyntaxError(
            problem: failed.error == YAML_MEMORY_ERROR ? "out of memory" : Self.message(failed.problem),
            context: context, line: Self.place(mark.line), column: Self.place(mark.column),
            isEncoding: failed.error == YAML_READER_ERROR, offset: Int(failed.problem_offset))
    }
}
