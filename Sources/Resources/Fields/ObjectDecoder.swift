import Diagnostics
import ManifestReading

/// One mapping, its keys sorted into the fields that its schema declares. Making one reports every key that the
/// schema does not know or knows in another case, so each mapping is decoded once. Of equal keys the last counts (the
/// reader has warned).
struct ObjectDecoder {
    /// The mapping itself.
    let field: Field
    private let schema: ObjectSchema
    private var values: [Node?]

    fileprivate init(_ field: Field, schema: ObjectSchema) {
        self.field = field
        self.schema = schema
        values = Array(repeating: nil, count: schema.usedCount)
        guard let node = field.node else { return }
        var keys: [Int: Node] = [:]
        for entry in node.entries {
            guard let position = position(of: entry.key), position < schema.usedCount else { continue }
            values[position] = entry.value
            if field.log.dialect.ignoresCaseOfKeys {
                if let earlier = keys.updateValue(entry.key, forKey: position) {
                    checkAmbiguity(entry.key, earlier: earlier)
                }
            }
        }
        reportStates()
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
        values.indices.map { (schema.fields[$0].name, child($0)) }.filter(\.field.isPresent)
    }

    private func child(_ position: Int) -> Field {
        let declaration = schema.fields[position]
        return Field(
            node: values[position], location: values[position]?.location ?? field.location,
            path: .key(declaration.name, of: field.path), schema: declaration.nested,
            refusesUnknown: field.refusesUnknown || declaration.refusesUnknown, log: field.log)
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
            node: nil, location: key.location, path: .key(key.text, of: field.path), schema: nil,
            refusesUnknown: field.refusesUnknown, log: field.log)
    }

    // MARK: States

    private func reportStates() {
        for position in schema.reportedPositions {
            let declaration = schema.fields[position]
            guard let value = values[position], !value.isNull else { continue }
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
