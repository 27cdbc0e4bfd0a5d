import Diagnostics
import ManifestReading

@testable import Resources

/// An input object of the conversion tables, decoded by the product but for the API server's own checks: the tables
/// stand behind that server, yet bear names that it refuses.
struct DecodedInput {
    let object: DecodedObject?
    /// Everything that the decoder refuses outside the object's head.
    let errors: [Diagnostic]

    init(_ value: JSONValue, as definition: KindDefinition) throws(CorpusFault) {
        let manifest = ManifestReader.read(bytes: Array(value.text.utf8), file: SourceFileID(0))
        let log = ObjectLog(dialect: .kubernetes)
        guard let node = manifest.tree.documents.first, manifest.diagnostics.isEmpty,
            let root = Field(root: node, schema: definition.schema, log: log).object()
        else { throw CorpusFault("an input that is no object") }
        object = definition.decode(root, ObjectMeta.decode(root, definition))
        errors = log.diagnostics.filter { $0.severity == .error && !$0.fieldPath.hasPrefix("metadata.") }
    }
}
