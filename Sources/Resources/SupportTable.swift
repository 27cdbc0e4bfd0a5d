/// What this program does with one field of a kind: a row of the table of what is supported.
public struct FieldSupport: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        /// Evaluated where it matters.
        case supported
        /// Known, checked or not, and without influence on a verdict.
        case noEffect(isChecked: Bool)
        /// Reported where it stands; the text says what it does or does not do.
        case reported(String)
        /// An error, unless the field is written as this scalar; `nil`: always. Fields that the API does not have are
        /// here only where people are known to write them.
        case refused(unless: String?, reason: String)
    }

    /// `spec.ingress.source.nets`; items of a list have their list's path
    public var path: String
    public var state: State
}

/// What this program does with one kind.
public struct KindSupport: Hashable, Sendable {
    /// `projectcalico.org/v3`; the first one is the current form.
    public var apiVersions: [String]
    public var kind: String
    public var isNamespaced: Bool
    /// In the order of the schema, each field before those inside it; `metadata` apart, which is alike everywhere.
    public var fields: [FieldSupport]
    /// What an object with an error does to traffic.
    public var refusal: String
}

/// Kinds and fields of the open-source edition, from the very schemas that the decoders work by.
public enum SupportTable {
    /// One entry for each kind. Any other kind of another API group is counted as "not policy"; one that looks like a
    /// misspelled kind of this table is refused.
    public static var kinds: [KindSupport] {
        KindRegistry.definitions.map { definition in
            let written = definition.versions.map { version in
                definition.group.isEmpty ? version : "\(definition.group)/\(version)"
            }
            return KindSupport(
                apiVersions: written + (definition.hasStorageForm ? ["\(APIGroup.calicoStorage)/v1"] : []),
                kind: definition.kind, isNamespaced: definition.isNamespaced,
                fields: rows(definition.schema, prefix: "", refusesUnknown: false).filter(isInteresting),
                refusal: definition.consequence)
        }
    }

    private static func isInteresting(_ field: FieldSupport) -> Bool {
        !["apiVersion", "kind"].contains(field.path) && !field.path.hasPrefix("metadata")
            && (field.path != "status" || field.state == .supported)
    }

    private static func rows(_ schema: ObjectSchema, prefix: String, refusesUnknown: Bool) -> [FieldSupport] {
        let known = schema.fields.filter { $0.exists(in: .opensource) }.flatMap { field -> [FieldSupport] in
            let path = prefix + field.name
            let row = FieldSupport(path: path, state: state(field.state))
            let refuses = refusesUnknown || field.refusesUnknown
            return [row] + (field.nested.map { rows($0, prefix: "\(path).", refusesUnknown: refuses) } ?? [])
        }
        let mistakes = schema.knownMistakes.sorted { $0.key < $1.key }.map { name, advice in
            FieldSupport(
                path: prefix + name,
                state: refusesUnknown ? .refused(unless: nil, reason: advice) : .reported(advice))
        }
        return known + mistakes
    }

    private static func state(_ state: FieldState) -> FieldSupport.State {
        switch state {
        case .used: .supported
        case .validated: .noEffect(isChecked: true)
        case .ignored: .noEffect(isChecked: false)
        case .partly(let text): .reported(text)
        case .failsClosed:
            .reported("unknown to Calico: an Allow rule is left out, any other denies all of its direction")
        case .refused(let harmless, let reason): .refused(unless: harmless, reason: reason)
        }
    }
}
