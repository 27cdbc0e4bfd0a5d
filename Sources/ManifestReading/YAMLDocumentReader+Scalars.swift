/// Names of the standard tags.
enum YAMLTag {
    static let prefix = "tag:yaml.org,2002:"

    /// `!!str` for the standard tags.
    static func shortened(_ tag: String) -> String {
        tag.hasPrefix(prefix) ? "!!" + tag.dropFirst(prefix.count) : tag
    }
}

/// Scalars: tags, keys that are no strings, binary text.
extension YAMLDocumentReader {
    /// The type of a scalar. Reports tags that are unknown or don't fit, and numbers without a JSON form.
    mutating func resolve(
        _ text: Span<UInt8>, tag: String?, _ event: YAMLEvent, isKey: Bool
    ) -> Node.ScalarType {
        guard let tag, tag != "!" else {
            guard event.isResolvable else { return .string }
            let type = YAMLScalar.resolve(text)
            if type == .float && !isKey { checkFinite(text, event) }
            return type
        }
        guard tag.hasPrefix(YAMLTag.prefix) else {
            fail(.unknownTag(tag), event)
            return .string
        }
        let found = YAMLScalar.resolve(text)
        let wanted: Node.ScalarType
        switch tag.dropFirst(YAMLTag.prefix.count) {
        case "str", "binary", "timestamp": return .string
        case "merge" where isKey: return .string
        case "null": wanted = .null
        case "bool": wanted = .bool
        case "int": wanted = .integer
        case "float": wanted = .float
        default:
            fail(.unknownTag(YAMLTag.shortened(tag)), event)
            return .string
        }
        if wanted == .float && found == .integer { return .float }
        guard wanted == found else {
            fail(.tagMismatch(tag: YAMLTag.shortened(tag), text: string(text), found: "a \(found)"), event)
            return .string
        }
        if found == .float && !isKey { checkFinite(text, event) }
        return found
    }

    private mutating func checkFinite(_ text: Span<UInt8>, _ event: YAMLEvent) {
        if YAMLScalar.isNonFinite(text) { fail(.nonFiniteNumber(string(text)), event) }
    }

    private func string(_ text: Span<UInt8>) -> String {
        unsafe text.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    mutating func decodeBinary(_ scalar: UInt32, _ event: YAMLEvent) {
        guard let decoded = Base64.decoded(builder.text(of: scalar)) else { return fail(.badBase64, event) }
        let repaired = String(decoding: decoded, as: UTF8.self)
        builder.replaceText(of: scalar, with: Array(repaired.utf8), type: .string)
    }

    // MARK: Keys

    func keyText(_ key: UInt32) -> String { String(decoding: builder.text(of: key), as: UTF8.self) }

    /// Of a scalar just taken at the place of a key: `<<` written plain or tagged `!!merge`.
    func isMergeKey(_ key: UInt32, tag: String?) -> Bool {
        let record = builder.records[Int(key)]
        guard record.count == 2, record.isPlain || tag == YAMLTag.prefix + "merge" else { return false }
        return builder.text(of: key).elementsEqual("<<".utf8)
    }

    /// JSON keys are strings: kubectl prints the value of others (sigs.k8s.io/yaml, convertToJSONableObject).
    mutating func rewriteKey(_ key: UInt32, _ event: YAMLEvent) {
        let type = builder.records[Int(key)].scalarType
        guard type != .string else { return }
        let written = keyText(key)
        let read: String
        switch type {
        case .string: return
        case .null: return fail(.nullKey, event)
        case .bool: read = YAMLScalar.bool(builder.text(of: key).span) == true ? "true" : "false"
        case .integer, .float:
            switch YAMLNumber(builder.text(of: key).span) {
            case .integer(let value): read = "\(value)"
            case .unsigned(let value): read = "\(value)"
            case .float(let value): read = GoFloat.shortest(Float(value))
            case .big: read = written
            case nil: read = written.lowercased()
            }
        }
        builder.replaceText(of: key, with: Array(read.utf8), type: .string)
        if read != written {
            problems.report(.rewrittenKey(written: written, read: read), line: event.line, column: event.column)
        }
    }
}
