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
        return Result(object: log.isRefused ? nil : decoded, diagnostics: log.diagnostics)
    }

    private func decode(_ field: Field) -> (DecodedObject, ObjectMeta)? {
        guard let root = field.object() else { return nil }
        if dialect.isStorageForm { root["apiVersion"].warning(.storageForm(definition.kind)) }
        let meta = ObjectMeta.decode(root, definition)
        return definition.decode(root, meta).map { ($0, meta) }
    }
}
