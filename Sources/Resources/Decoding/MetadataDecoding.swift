import Diagnostics
import ManifestReading
import Selectors

extension ObjectSchema {
    /// metav1.ObjectMeta. What the server writes is ignored (kubernetes.md 9).
    static let objectMeta = ObjectSchema(
        [.used("name"), .used("namespace"), .used("labels"), .used("annotations"), .used("deletionTimestamp")],
        ignored: [
            "generateName", "uid", "resourceVersion", "generation", "selfLink", "creationTimestamp",
            "deletionGracePeriodSeconds", "ownerReferences", "finalizers", "managedFields", "clusterName",
            "initializers",
        ],
        knownMistakes: ["label": "the field is labels", "annotation": "the field is annotations"])

    /// A whole object: type, metadata, and `fields` beside them.
    static func resource(_ fields: [FieldDeclaration], ignored: [String] = ["status"]) -> ObjectSchema {
        ObjectSchema(
            [.used("apiVersion"), .used("kind"), .used("metadata", objectMeta)] + fields, ignored: ignored)
    }
}

/// What names a kind's objects may have.
enum NameRule: Sendable, Hashable {
    /// A DNS subdomain of at most 253 bytes.
    case subdomain
    /// A DNS label of at most 63 bytes.
    case label
    /// A DNS label, or two joined by a dot, without limit of 63 (Calico's policies; calico.md 1.1).
    case calicoPolicy
    /// There is only one object of the kind, with this name.
    case exactly(String)
}

extension ObjectMeta {
    /// Decodes `metadata` of an object of `kind`. Without a usable name (reported) the object is refused, but the rest
    /// of it can still be checked.
    static func decode(_ root: ObjectDecoder, _ kind: KindDefinition) -> ObjectMeta {
        guard let metadata = root["metadata"].object(ifAbsent: .empty) else {
            return ObjectMeta(name: "", namespace: nil, location: root.field.location)
        }
        let name = decodeName(metadata["name"], rule: kind.nameRule, dialect: root.field.log.dialect)
        let namespace = decodeNamespace(metadata["namespace"], kind)
        var meta = ObjectMeta(
            name: name ?? "", namespace: namespace, labels: metadata["labels"].labels(),
            annotations: metadata["annotations"].annotations(), location: root.field.location)
        meta.isBeingDeleted = metadata["deletionTimestamp"].isPresent
        if root.field.log.dialect.isStorageForm {
            meta.applyStoredMetadata(metadata["annotations"], root: root, isPolicy: kind.nameRule == .calicoPolicy)
            for problem in problems(ofName: meta.name, kind.nameRule).prefix(1) where meta.name != name {
                metadata["annotations"].error(.invalidValue(meta.name, problem))
            }
        }
        return meta
    }

    private static func decodeName(_ field: Field, rule: NameRule, dialect: Dialect) -> String? {
        guard let name = field.isPresent ? field.string() : "" else { return nil }
        guard !name.isEmpty else {
            field.error(.required("name or generateName is required"))
            return nil
        }
        for problem in problems(ofName: name, rule).prefix(1) { field.error(.invalidValue(name, problem)) }
        return name
    }

    private static func problems(ofName name: String, _ rule: NameRule) -> [String] {
        switch rule {
        case .subdomain: return APIName.subdomainProblems(name)
        case .label: return APIName.labelProblems(name)
        case .exactly(let only): return name == only ? [] : ["the only object of this kind is named \(only)"]
        case .calicoPolicy:
            let problems = APIName.subdomainProblems(name)
            guard problems.isEmpty else { return problems }
            if name.hasPrefix("knp.default.") || name.hasPrefix("kcnp.") {
                return ["names that begin with knp.default. or kcnp. are Calico's own for Kubernetes policies"]
            }
            let labels = name.utf8.count { $0 == UInt8(ascii: ".") } + 1
            return labels <= 2 ? [] : ["the name of a policy is one DNS label, or two joined by a dot"]
        }
    }

    private static func decodeNamespace(_ field: Field, _ kind: KindDefinition) -> String? {
        let written = field.nonEmptyString()
        guard kind.isNamespaced else {
            if let written { reportNamespace(written, of: kind, at: field) }
            return nil
        }
        guard let written else { return "default" }
        for problem in APIName.labelProblems(written).prefix(1) { field.error(.invalidValue(written, problem)) }
        return written
    }

    private static func reportNamespace(_ namespace: String, of kind: KindDefinition, at field: Field) {
        if field.log.dialect == .calico {
            field.error(.namespaceOfClusterKind(kind.kind, effect: "calicoctl refuses it"))
        } else {
            field.warning(.namespaceOfClusterKind(kind.kind, effect: "\(Finding.quoted(namespace)) is ignored"))
        }
    }
}
