import Diagnostics
import ManifestReading

/// One mapping, its keys sorted into the fields that its schema declares. Making one reports every key that the
/// schema does not know or knows in another case, so each mapping is decoded once. Of equal keys the last counts (the
/// reader has warned).
struct ObjectDecoder {
    /// The mapping itself.
    let field: Field
    private let schema: ObjectSchema
    private let path: FieldPath.Parent
    /// By position in the schema; empty when the mapping is absent.
    private var values: [Node.Reference]

    fileprivate init(_ field: Field, schema: ObjectSchema) {
        self.field = field
        self.schema = schema
        path = FieldPath.Parent(field.path)
        values = []
        guard let node = field.node else { return }
        if let values = knownValues(node) { self.values = values } else { sortKeys(of: node) }
        if !schema.reportedPositions.isEmpty { reportStates() }
    }

    /// The values, if the schema knows every key as it is written.
    private func knownValues(_ node: Node) -> [Node.Reference]? {
        guard let values = node.values(by: schema.keys, limit: schema.usedCount) else { return nil }
        for position in schema.editionPositions where !isKnown(position) {
            // One that is not used is not among the values.
            guard position < values.count, values[position].isNone else { return nil }
        }
        return values
    }

    /// Takes the entries one by one, and reports keys that the schema does not know as they are written.
    private mutating func sortKeys(of node: Node) {
        values = Array(repeating: .none, count: schema.usedCount)
        var keys: [Int: Node] = [:]
        for entry in node.entries {
            guard let position = position(of: entry.key), position < schema.usedCount else { continue }
            values[position] = entry.value.reference
            if field.log.dialect.ignoresCaseOfKeys {
                if let earlier = keys.updateValue(entry.key, forKey: position) {
                    checkAmbiguity(entry.key, earlier: earlier)
                }
            }
        }
    }

    /// The declared field `name`, absent or not.
    subscript(name: String) -> Field {
        guard let position = schema.position(of: name), position < schema.usedCount else {
            preconditionFailure("field \(name) is not declared as used in its schema")
        }
        return child(position)
    }

    /// Every declared field that is written and not null.
    var presentFields: [(name: String, field: Field)] {
        (0..<schema.usedCount).map { (schema.fields[$0].name, child($0)) }.filter(\.field.isPresent)
    }

    private func value(_ position: Int) -> Node? {
        position < values.count ? field.node?.node(values[position]) : nil
    }

    private func child(_ position: Int) -> Field {
        let value = value(position)
        return Field(
            node: value, location: value?.location ?? field.location,
            path: .key(schema.fields[position].name, of: path), schema: schema.fields[position].nested,
            refusesUnknown: field.refusesUnknown || schema.fields[position].refusesUnknown, log: field.log)
    }

    // MARK: Keys

    private func position(of key: Node) -> Int? {
        let name = key.text
        if let position = schema.position(of: name), isKnown(position) { return position }
        if field.log.dialect.ignoresCaseOfKeys, let position = schema.positionIgnoringCase(of: name), isKnown(position)
        {
            keyField(key).warning(.keyDiffersInCase(name, from: schema.fields[position].name))
            return position
        }
        reportUnknown(key)
        return nil
    }

    private func isKnown(_ position: Int) -> Bool { schema.fields[position].exists(in: field.log.dialect.edition) }

    private func reportUnknown(_ key: Node) {
        let name = key.text
        let finding: Finding
        if let advice = schema.knownMistakes[name] {
            finding = .unknownField(name, advice: advice, suggestion: nil)
        } else {
            let known = schema.fields.filter { $0.exists(in: field.log.dialect.edition) }
            let suggestion = NearestName.of(name, among: known.lazy.map(\.name))
            finding = .unknownField(name, advice: nil, suggestion: suggestion)
        }
        if field.refusesUnknown { keyField(key).error(finding) } else { keyField(key).warning(finding) }
    }

    private func checkAmbiguity(_ key: Node, earlier: Node) {
        guard key.text != earlier.text else { return }
        keyField(key).error(
            .ambiguousKey(key.text, earlier.text), notes: [keyField(earlier).note("first written here")])
    }

    private func keyField(_ key: Node) -> Field {
        Field(
            node: nil, location: key.location, path: .key(key.text, of: path), schema: nil,
            refusesUnknown: field.refusesUnknown, log: field.log)
    }

    // MARK: States

    private func reportStates() {
        for position in schema.reportedPositions {
            let declaration = schema.fields[position]
            guard let value = value(position), !value.isNull else { continue }
            switch declaration.state {
            case .used, .validated, .ignored, .failsClosed: break
            case .partly(let text): child(position).warning(.partlyEvaluated(text))
            case .refused(let harmless, let reason):
                guard value.kind != .scalar || value.text.lowercased() != harmless.lowercased() else { continue }
                child(position).error(.notEmulated(declaration.name, reason: reason))
            }
        }
    }
}

extension Field {
    /// What an absent mapping stands for.
    enum Absence {
        /// Nothing: the result is `nil`.
        case none
        /// A mapping without entries.
        case empty
    }

    /// This field as a mapping; `nil` (reported) when it is something else.
    func object(ifAbsent absence: Absence = .none) -> ObjectDecoder? {
        guard let schema else { preconditionFailure("no schema declared for \(path.text)") }
        guard let node else { return absence == .empty ? ObjectDecoder(self, schema: schema) : nil }
        guard node.kind == .mapping else {
            error(.wrongType(node, expected: "a mapping"))
            return nil
        }
        return ObjectDecoder(self, schema: schema)
    }
}
