/// Builds documents from libyaml's events: scalar types, anchors and aliases, keys, limits.
struct YAMLDocumentReader: ~Copyable {
    var builder = NodeTreeBuilder()
    var problems: ReadingProblems
    /// Node of each anchor of the document; the last one of a name counts.
    private var anchors: [String: UInt32] = [:]
    /// Merge keys (`<<`) of the open mappings, outermost first.
    var mergeKeys: [UInt32] = []
    /// The document holds an error and must not be used.
    var isBroken = false

    private init(_ problems: ReadingProblems) { self.problems = problems }

    static func read(_ text: InputText, _ problems: inout ReadingProblems) -> NodeTreeBuilder {
        var reader = YAMLDocumentReader(problems)
        unsafe text.bytes.withUnsafeBufferPointer { buffer in
            guard var events = unsafe YAMLEventReader(UnsafeBufferPointer(rebasing: buffer[text.start...])) else {
                let problem = ReadingProblem.yamlSyntax(problem: "out of memory", context: "", atTab: false)
                return reader.problems.report(problem, line: 0, column: 0)
            }
            do {
                try reader.read(&events, of: text)
            } catch {
                reader.builder.dropDocument()
            }
        }
        problems = reader.problems
        return reader.builder
    }

    private mutating func read(_ events: inout YAMLEventReader, of text: InputText) throws(ReadingStopped) {
        while true {
            let event: YAMLEvent
            do {
                event = try events.next()
            } catch {
                reportSyntax(error, in: text)
                throw ReadingStopped()
            }
            switch event.kind {
            case .streamEnd: return
            case .documentStart: beginDocument()
            case .documentEnd: endDocument()
            default:
                do {
                    try take(event, &events)
                } catch {
                    report(error, event)
                    throw ReadingStopped()
                }
            }
        }
    }

    private mutating func beginDocument() {
        builder.beginDocument()
        anchors.removeAll(keepingCapacity: true)
        mergeKeys.removeAll(keepingCapacity: true)
        isBroken = false
    }

    private mutating func endDocument() {
        if isBroken { builder.dropDocument() } else { builder.endDocument() }
    }

    // MARK: Nodes

    /// Why reading can't go on.
    private enum Fatal: Error {
        case excess(NodeTreeBuilder.Excess)
        case unknownAnchor(String)
        case recursiveAlias(String)
    }

    private mutating func take(_ event: YAMLEvent, _ events: inout YAMLEventReader) throws(Fatal) {
        do {
            switch event.kind {
            case .scalar: try takeScalar(event, events)
            case .sequenceStart: try takeContainer(.sequence, event, events)
            case .mappingStart: try takeContainer(.mapping, event, events)
            case .sequenceEnd: builder.endContainer()
            case .mappingEnd: try endMapping()
            default: break
            }
        } catch {
            throw .excess(error)
        }
        if case .alias = event.kind { try takeAlias(events.anchor ?? "", event) }
    }

    private mutating func takeContainer(
        _ kind: Node.Kind, _ event: YAMLEvent, _ events: borrowing YAMLEventReader
    ) throws(NodeTreeBuilder.Excess) {
        if builder.isAtKey { fail(.complexKey, event) }
        if event.hasTag, let tag = events.tag, tag != YAMLTag.prefix + (kind == .mapping ? "map" : "seq"), tag != "!" {
            fail(.unknownTag(YAMLTag.shortened(tag)), event)
        }
        let index = try builder.beginContainer(kind, line: event.line, column: event.column)
        if event.hasAnchor, let anchor = events.anchor { anchors[anchor] = index }
    }

    private mutating func takeScalar(
        _ event: YAMLEvent, _ events: borrowing YAMLEventReader
    ) throws(NodeTreeBuilder.Excess) {
        let isKey = builder.isAtKey
        let tag = event.hasTag ? events.tag : nil
        let index = try events.withText { (text) throws(NodeTreeBuilder.Excess) -> UInt32 in
            let type = resolve(text, tag: tag, event, isKey: isKey)
            return try builder.appendScalar(
                text, type: type, isPlain: event.isResolvable && tag == nil, line: event.line, column: event.column)
        }
        if let tag, tag == YAMLTag.prefix + "binary" { decodeBinary(index, event) }
        if event.hasAnchor, let anchor = events.anchor { anchors[anchor] = index }
        guard isKey else { return }
        if isMergeKey(index, tag: tag) {
            builder.hide(index)
            mergeKeys.append(index)
        } else {
            rewriteKey(index, event)
        }
    }

    private mutating func takeAlias(_ name: String, _ event: YAMLEvent) throws(Fatal) {
        guard let source = anchors[name] else { throw .unknownAnchor(name) }
        guard builder.records[Int(source)].nextSibling != 0 else { throw .recursiveAlias(name) }
        let isKey = builder.isAtKey
        let copy: UInt32
        do {
            copy = try builder.appendCopy(of: source, line: event.line, column: event.column)
        } catch {
            throw .excess(error)
        }
        guard isKey else { return }
        if builder.records[Int(copy)].kind == .scalar { rewriteKey(copy, event) } else { fail(.complexKey, event) }
    }

    private mutating func endMapping() throws(NodeTreeBuilder.Excess) {
        guard let mapping = builder.innermost else { return }
        if let merge = mergeKeys.last, merge > mapping { try mergeEntries(into: mapping) }
        problems.reportDuplicateKeys(of: mapping, in: builder)
        builder.endContainer()
    }

    // MARK: Problems

    /// Reports an error that makes the document unusable, not the rest of the input.
    mutating func fail(_ problem: ReadingProblem, _ event: YAMLEvent) {
        fail(problem, line: event.line, column: event.column)
    }

    mutating func fail(_ problem: ReadingProblem, line: UInt32, column: UInt32) {
        isBroken = true
        problems.report(problem, line: line, column: column)
    }

    private mutating func report(_ fatal: Fatal, _ event: YAMLEvent) {
        let problem: ReadingProblem =
            switch fatal {
            case .excess(.depth): .tooDeep
            case .excess(.nodes): .tooManyNodes
            case .excess(.copies): .excessiveAliases
            case .unknownAnchor(let name): .unknownAnchor(name)
            case .recursiveAlias(let name): .recursiveAlias(name)
            }
        problems.report(problem, line: event.line, column: event.column)
    }

    private mutating func reportSyntax(_ error: YAMLSyntaxError, in text: InputText) {
        guard error.isEncoding else {
            let problem = ReadingProblem.yamlSyntax(
                problem: error.problem, context: error.context,
                atTab: text.byte(atLine: error.line, column: error.column) == UInt8(ascii: "\t"))
            return problems.report(problem, line: error.line, column: error.column)
        }
        let place = text.position(ofOffset: error.offset)
        let isControl = error.problem.hasPrefix("control")
        problems.report(
            isControl ? .yamlSyntax(problem: error.problem, context: "", atTab: false) : .invalidUTF8,
            line: place.line, column: place.column)
    }
}
