import Diagnostics
import ManifestReading

@testable import Resources

/// Decodes the object of one kind.
enum DecodingProbe {
    static func decode(_ kind: String, apiVersion: String = "projectcalico.org/v3", spec: String) -> DecodedObject? {
        let text = "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: default}\nspec: \(spec)"
        let manifest = ManifestReader.read(bytes: Array(text.utf8), file: SourceFileID(0))
        guard case .decode(let definition, let dialect) = KindRegistry.meaning(apiVersion: apiVersion, kind: kind),
            let node = manifest.tree.documents.first
        else { return nil }
        let log = ObjectLog(dialect: dialect)
        guard let root = Field(root: node, schema: definition.schema, log: log).object() else { return nil }
        let object = definition.decode(root, ObjectMeta.decode(root, definition))
        return log.isRefused ? nil : object
    }
}
