/// One kind of object that can matter to policy: how to recognize it, what is known about its fields, how to decode
/// it, and what becomes of it.
struct KindDefinition: Sendable {
    /// Empty for core v1.
    let group: String
    let versions: [String]
    let kind: String
    let isNamespaced: Bool
    let nameRule: NameRule
    /// Also stored as `crd.projectcalico.org/v1`.
    let hasStorageForm: Bool
    /// What refusing an object of this kind does to traffic: the end of the first error's message.
    let consequence: String
    let schema: ObjectSchema
    let decode: @Sendable (ObjectDecoder, ObjectMeta) -> DecodedObject?

    init(
        _ group: String, _ versions: [String], _ kind: String, isNamespaced: Bool, nameRule: NameRule = .subdomain,
        hasStorageForm: Bool = false, consequence: String, schema: ObjectSchema,
        decode: @escaping @Sendable (ObjectDecoder, ObjectMeta) -> DecodedObject?
    ) {
        self.group = group
        self.versions = versions
        self.kind = kind
        self.isNamespaced = isNamespaced
        self.nameRule = nameRule
        self.hasStorageForm = hasStorageForm
        self.consequence = consequence
        self.schema = schema
        self.decode = decode
    }

    /// The same with a schema of its own.
    func copy() -> KindDefinition {
        KindDefinition(
            group, versions, kind, isNamespaced: isNamespaced, nameRule: nameRule, hasStorageForm: hasStorageForm,
            consequence: consequence, schema: schema.copy(), decode: decode)
    }
}

/// API groups whose kinds this program evaluates, and those where their older forms lived.
enum APIGroup {
    static let core = ""
    static let networking = "networking.k8s.io"
    static let discovery = "discovery.k8s.io"
    static let policyAPI = "policy.networking.k8s.io"
    static let calico = "projectcalico.org"
    static let calicoStorage = "crd.projectcalico.org"
    static let apps = "apps"
    static let batch = "batch"
    static let extensions = "extensions"

    /// Groups in which a policy kind's name can only mean that kind.
    static let ours: Set<String> = [
        core, networking, discovery, policyAPI, calico, calicoStorage, apps, batch, extensions,
    ]
}
