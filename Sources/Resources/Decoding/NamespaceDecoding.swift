import ManifestReading
import Selectors

extension KindDefinition {
    static let namespace = KindDefinition(
        APIGroup.core, ["v1"], "Namespace", isNamespaced: false, nameRule: .label,
        consequence: "the namespace is refused: selectors see its name label alone",
        schema: .resource([], ignored: ["spec", "status"])
    ) { root, meta in .namespace(Namespace(meta: Namespace.named(meta, root["metadata"]))) }

    static let serviceAccount = KindDefinition(
        APIGroup.core, ["v1"], "ServiceAccount", isNamespaced: true,
        consequence: "the service account is refused: selectors see its name alone",
        schema: .resource([], ignored: ["secrets", "imagePullSecrets", "automountServiceAccountToken", "status"])
    ) { _, meta in .serviceAccount(ServiceAccount(meta: meta)) }
}

extension Namespace {
    private static let nameLabel = "kubernetes.io/metadata.name"

    /// Gives every namespace the label that the API server sets, whatever is written (kubernetes.md 3).
    fileprivate static func named(_ meta: ObjectMeta, _ metadata: Field) -> ObjectMeta {
        if let written = meta.labels[nameLabel], written != meta.name {
            metadata.warning(.nameLabelOverridden(nameLabel, written: written, name: meta.name))
        }
        var meta = meta
        meta.labels = Labels(meta.labels.pairs + [(key: nameLabel, value: meta.name)])
        return meta
    }
}
