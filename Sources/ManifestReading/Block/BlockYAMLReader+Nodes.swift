/// What stands on a line: dashes, a key, a value.
extension BlockYAMLReader {
    /// Text of a scalar.
    enum ScalarText {
        /// As it stands in the input.
        case source(Range<Int>)
        /// Folded or unescaped: in the builder's pool.
        case pool(Range<Int>)
    }

    /// A scalar that has been passed.
    struct Scalar {
        var text: ScalarText
        var isPlain: Bool
        /// Begin of the scalar, its quote included, and the first byte behind it.
        var start: Int
        var end: Int
        /// Of its first byte.
        var line: UInt32
        var column: UInt32
        /// In quotes, and goes over several lines.
        var isMultiline = false
    }

    /// Takes the line from its first character `start` on, after `closeContainers`.
    mutating func takeNode(_ text: Span<UInt8>, _ start: Int) throws(Beyond) {
        var at = start
        while Self.isIndicator(text, at, "-") {
            try takeDash(text, at)
            at = Self.skipSpaces(text, from: at + 1)
            guard !Self.isLineEnd(text, at) else { return skipLine(text, from: at) }
        }
        try takeKeyOrValue(text, at)
    }

    /// A dash: goes on with the sequence of its column, or begins one.
    private mutating func takeDash(_ text: Span<UInt8>, _ at: Int) throws(Beyond) {
        guard at + 1 == text.count || text[at + 1] != UInt8(ascii: "\t") else { throw Beyond() }
        if let innermost = open.last, innermost.isSequence, innermost.column == at - lineStart {
            if innermost.awaitsValue { try appendNull(in: innermost) }
        } else {
            try begin(.sequence, text, at)
        }
        awaitValue(text, at + 1)
    }

    /// A key with what follows it, or the value that is awaited.
    private mutating func takeKeyOrValue(_ text: Span<UInt8>, _ at: Int) throws(Beyond) {
        let isDeeper = open.last.map { at - lineStart > $0.column } ?? false
        switch text[at] {
        case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: ">"):
            guard isDeeper else { throw Beyond() }
            try takeValue(text, at)
        default:
            let scalar = try passScalar(text, at)
            let next = Self.skipSpaces(text, from: scalar.end)
            if next < text.count, Self.isIndicator(text, next, ":") {
                try takeKey(scalar, text)
                try takeValue(ofKeyEndingAt: next, text)
            } else {
                // A scalar at the root, or at the column of a key, goes to the complete reader.
                guard isDeeper else { throw Beyond() }
                try takeValue(scalar, text)
            }
        }
    }

    /// A key: goes on with the mapping of its column, or begins one.
    private mutating func takeKey(_ key: Scalar, _ text: Span<UInt8>) throws(Beyond) {
        // libyaml takes no longer keys, in characters.
        guard !key.isMultiline, key.end - key.start <= 1000 else { throw Beyond() }
        if let innermost = open.last, innermost.column == key.start - lineStart {
            guard !innermost.isSequence else { throw Beyond() }
            if innermost.awaitsValue { try appendNull(in: innermost) }
        } else {
            try begin(.mapping, text, key.start)
        }
        try appendKey(key, text, since: try innermost().firstKey)
    }

    /// Appends a key of the mapping whose keys begin at `firstKey` in `keyHashes`.
    mutating func appendKey(_ key: Scalar, _ text: Span<UInt8>, since firstKey: Int) throws(Beyond) {
        guard keyHashes.count - firstKey < Self.keyLimit else { throw Beyond() }
        // Equal hashes need not be equal keys: the complete reader will see.
        let hash = hash(of: key.text, text)
        for index in firstKey..<keyHashes.count where keyHashes[index] == hash { throw Beyond() }
        keyHashes.append(hash)
        let type = try append(key, text)
        guard type == .string else { throw Beyond() }
        if key.isPlain, case .source(let range) = key.text, range.count == 2,
            text[range.lowerBound] == UInt8(ascii: "<"),
            text[range.lowerBound + 1] == UInt8(ascii: "<")
        {
            throw Beyond()
        }
    }

    /// FNV-1a.
    private mutating func hash(of key: ScalarText, _ text: Span<UInt8>) -> UInt64 {
        switch key {
        case .source(let range): Self.hash(of: text.extracting(range))
        case .pool(let range): Self.hash(of: builder.pool.span.extracting(range))
        }
    }

    private static func hash(of text: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in text.indices { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01b3 }
        return hash
    }

    /// What follows the colon at `colon`.
    private mutating func takeValue(ofKeyEndingAt colon: Int, _ text: Span<UInt8>) throws(Beyond) {
        awaitValue(text, colon + 1)
        let at = Self.skipSpaces(text, from: colon + 1)
        guard !Self.isLineEnd(text, at) else { return skipLine(text, from: at) }
        try takeValue(text, at)
    }

    /// The value that begins at `at` and is no block collection.
    private mutating func takeValue(_ text: Span<UInt8>, _ at: Int) throws(Beyond) {
        switch text[at] {
        case UInt8(ascii: "["), UInt8(ascii: "{"): try takeFlowValue(text, at)
        case UInt8(ascii: "|"), UInt8(ascii: ">"): try takeBlockScalar(text, at)
        default: try takeValue(try passScalar(text, at), text)
        }
    }

    /// A scalar that is no key: the rest of its line must be empty.
    private mutating func takeValue(_ scalar: Scalar, _ text: Span<UInt8>) throws(Beyond) {
        var value = scalar
        try endLine(text, from: value.end)
        if value.isPlain, position > value.end, position < text.count { try continuePlain(&value, text) }
        try fillAwaited()
        _ = try append(value, text)
    }

    /// Appends a scalar with its type.
    mutating func append(_ scalar: Scalar, _ text: Span<UInt8>) throws(Beyond) -> Node.ScalarType {
        var type = Node.ScalarType.string
        if scalar.isPlain {
            switch scalar.text {
            case .source(let range): type = try Self.resolve(text.extracting(range))
            case .pool(let range): type = try Self.resolve(builder.pool.span.extracting(range))
            }
        }
        try build { (builder) throws(NodeTreeBuilder.Excess) in
            switch scalar.text {
            case .source(let range):
                try builder.appendScalar(
                    inSource: range, type: type, isPlain: scalar.isPlain, line: scalar.line, column: scalar.column)
            case .pool(let range):
                try builder.appendScalar(
                    inPool: range, type: type, isPlain: scalar.isPlain, line: scalar.line, column: scalar.column)
            }
        }
        return type
    }

    private static func resolve(_ text: Span<UInt8>) throws(Beyond) -> Node.ScalarType {
        let type = YAMLScalar.resolve(text)
        if type == .float, YAMLScalar.isNonFinite(text) { throw Beyond() }
        return type
    }
}
