import ManifestReading
import NetTypes
import Selectors

extension KindDefinition {
    static let networkSet = KindDefinition(
        APIGroup.calico, ["v3"], "NetworkSet", isNamespaced: true, hasStorageForm: true, consequence: setConsequence,
        schema: setSchema
    ) { root, meta in NetworkSet.decode(root, meta, isGlobal: false).map { .networkSet($0) } }

    static let globalNetworkSet = KindDefinition(
        APIGroup.calico, ["v3"], "GlobalNetworkSet", isNamespaced: false, hasStorageForm: true,
        consequence: setConsequence, schema: setSchema
    ) { root, meta in NetworkSet.decode(root, meta, isGlobal: true).map { .networkSet($0) } }

    private static let setConsequence = "the whole set is refused: no selector finds its addresses"
    private static let setSchema = ObjectSchema.resource([
        .used("spec", ObjectSchema([.used("nets")]), refusesUnknown: true)
    ])
}

extension NetworkSet {
    fileprivate static func decode(_ root: ObjectDecoder, _ meta: ObjectMeta, isGlobal: Bool) -> NetworkSet? {
        ReservedLabels.check(meta.labels, root["metadata"], namespaceLabel: .refused)
        guard let spec = root["spec"].object(ifAbsent: .empty) else { return nil }
        let nets = spec["nets"].distinctStrings().compactMap { entry -> Located<IPPrefix>? in
            guard !entry.text.isEmpty else {
                entry.field.warning(.emptyNet)
                return nil
            }
            return entry.field.addressOrBlock(entry.text).map { Located($0, at: entry.field.location) }
        }
        return NetworkSet(meta: meta, isGlobal: isGlobal, nets: nets)
    }
}

/// Labels that Calico gives endpoints itself. It strips them from pods only: on sets and host endpoints they count like
/// any other (calico.md 1.7, T66).
enum ReservedLabels {
    enum NamespaceLabel {
        /// The API refuses it.
        case refused
        /// The object is even selected by the namespace's own policies.
        case counts
    }

    private static let namespace = "projectcalico.org/namespace"
    private static let names = [namespace, "projectcalico.org/orchestrator", "projectcalico.org/serviceaccount"]

    static func check(_ labels: Labels, _ metadata: Field, namespaceLabel: NamespaceLabel) {
        for (key, _) in labels.pairs {
            guard names.contains(key) || key.hasPrefix("pcns.") || key.hasPrefix("pcsa.") else { continue }
            let field = labelField(key, metadata)
            if key == namespace, namespaceLabel == .refused {
                field.error(.reservedLabelRefused(key))
            } else {
                field.warning(.reservedLabel(key))
            }
        }
    }

    /// `metadata.labels`, at the key.
    private static func labelField(_ key: String, _ metadata: Field) -> Field {
        let entry = metadata.node?["labels"]?.entries.first { $0.key.text == key }
        return Field(
            node: nil, location: entry?.key.location ?? metadata.location, path: .key("labels", of: metadata.path),
            schema: nil, refusesUnknown: false, log: metadata.log)
    }
}
