import Diagnostics
import ManifestReading
import Selectors

extension ObjectMeta {
    private static let storedMetadataAnnotation = "projectcalico.org/metadata"

    /// Lays the metadata that Calico keeps in an annotation of a `crd.projectcalico.org/v1` object over the object's
    /// own: labels and annotations are merged, its name wins. A policy whose annotation holds no name loses one leading
    /// `default.` if it is in that tier (calico.md 1.1).
    mutating func applyStoredMetadata(_ field: Field, root: ObjectDecoder, isPolicy: Bool) {
        guard let text = annotations.removeValue(forKey: Self.storedMetadataAnnotation) else { return }
        let manifest = ManifestReader.read(bytes: Array(text.utf8), file: field.location.file)
        guard !manifest.diagnostics.hasErrors, let stored = manifest.tree.documents.first, stored.kind == .mapping
        else {
            field.error(.unreadableStoredMetadata(Self.storedMetadataAnnotation))
            return
        }
        if let storedName = stored["name"]?.text, !storedName.isEmpty {
            name = storedName
        } else if isPolicy {
            let tier = root.field.node?["spec"]?["tier"]?.text ?? ""
            if tier.isEmpty || tier == "default", name.hasPrefix("default.") { name.removeFirst("default.".count) }
        }
        labels = Labels(labels.pairs + Self.pairs(stored["labels"]))
        for pair in Self.pairs(stored["annotations"]) { annotations[pair.key] = pair.value }
    }

    private static func pairs(_ node: Node?) -> [(key: String, value: String)] {
        node?.entries.map { (key: $0.key.text, value: $0.value.text) } ?? []
    }
}
