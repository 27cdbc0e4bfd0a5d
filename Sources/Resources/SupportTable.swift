/// What this program does with one field of a kind: a row of the table of what is supported.
public struct FieldSupport: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case used
        /// Known, and without influence on a verdict.
        case ignored
        /// Validated and partly evaluated; the text says what is missing.
        case partly(String)
        /// An error unless the field is written as this scalar.
        case notEvaluatedYet(harmless: String)
    }

    /// `group/Kind`, or the kind alone in the core group.
    public var kind: String
    /// `spec.ingress.source.nets`; items of a list have their list's path
    public var path: String
    public var state: State
}

/// Kinds and fields, from the very schemas that the decoders work by.
public enum SupportTable {
    /// One row for each field of each kind, metadata apart; in the order of the schemas. Recursive shapes do not occur.
    public static var rows: [FieldSupport] {
        KindRegistry.definitions.flatMap { definition in
            let kind = definition.group.isEmpty ? definition.kind : "\(definition.group)/\(definition.kind)"
            return rows(kind, definition.schema, prefix: "").filter { !$0.path.hasPrefix("metadata") }
        }
    }

    private static func rows(_ kind: String, _ schema: ObjectSchema, prefix: String) -> [FieldSupport] {
        schema.fields.flatMap { field -> [FieldSupport] in
            let path = prefix + field.name
            let row = FieldSupport(kind: kind, path: path, state: state(field.state))
            return [row] + (field.nested.map { rows(kind, $0, prefix: "\(path).") } ?? [])
        }
    }

    private static func state(_ state: FieldState) -> FieldSupport.State {
        switch state {
        case .used: .used
        case .ignored: .ignored
        case .partly(let text): .partly(text)
        case .failsClosed: .partly("unknown to Calico: an Allow rule is left out, others deny all of their direction")
        case .notEvaluatedYet(let harmless): .notEvaluatedYet(harmless: harmless)
        }
    }
}
