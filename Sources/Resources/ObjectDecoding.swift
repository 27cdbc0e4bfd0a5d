import Diagnostics
import ManifestReading

/// Decodes one object of a known kind.
struct ObjectDecoding {
    struct Result {
        /// `nil` when the object contributes nothing.
        var object: (DecodedObject, ObjectMeta)?
        var diagnostics: [Diagnostic]
    }

    private let definition: KindDefinition
    private let dialect: Dialect

    init(_ definition: KindDefinition, _ dialect: Dialect) {
        self.definition = definition
        self.dialect = dialect
    }

    func decode(_ node: Node) -> Result {
        let log = ObjectLog(dialect: dialect)
        let field = Field(root: node, schema: definition.schema, log: log)
        let decoded = decode(field)
        log.explainRefusal(definition.consequence)
        guard let decoded, !log.isRefused else { return Result(object: nil, diagnostics: log.diagnostics) }
        let isKept = applyGate(field)
        return Result(object: isKept ? decoded : nil, diagnostics: log.diagnostics)
    }

    private func decode(_ field: Field) -> (DecodedObject, ObjectMeta)? {
        guard let root = field.object() else { return nil }
        if dialect.isStorageForm { root["apiVersion"].warning(.storageForm(definition.kind)) }
        let meta = ObjectMeta.decode(root, definition)
        return definition.decode(root, meta).map { ($0, meta) }
    }

    /// Reports a kind that is not evaluated yet; whether its objects are in the snapshot all the same.
    private func applyGate(_ field: Field) -> Bool {
        switch definition.gate {
        case .open: return true
        case .notEvaluatedYet:
            field.error(
                .kindNotEvaluatedYet(
                    definition.kind, effect: "it is left out, verdicts are those of a cluster without it"))
            return false
        case .decodedOnly(let effect):
            field.error(.kindNotEvaluatedYet(definition.kind, effect: effect))
            return true
        }
    }
}
