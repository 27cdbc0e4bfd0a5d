import Diagnostics
import ManifestReading

extension KindDefinition {
    static let kubernetesNetworkPolicy = KindDefinition(
        APIGroup.networking, ["v1"], "NetworkPolicy", isNamespaced: true, consequence: .policyConsequence,
        schema: .resource([.used("spec", KubernetesPolicy.specSchema, refusesUnknown: true)])
    ) { root, meta in
        root["spec"].object(ifAbsent: .empty).map { .kubernetesPolicy(.decode($0, meta, stagedAction: nil)) }
    }
}

extension String {
    /// What refusing a policy does to traffic.
    static let policyConsequence =
        "the whole policy is refused: none of its rules counts, and pods that only it selects stay open"
}

extension KubernetesPolicy {
    static let specSchema = ObjectSchema(specFields, knownMistakes: specMistakes)

    static let specFields: [FieldDeclaration] = [
        .used("podSelector", .labelSelector), .used("policyTypes"), .used("ingress", ingressRule),
        .used("egress", egressRule),
    ]

    static let specMistakes = [
        "types": "the Kubernetes field is policyTypes; types is Calico's",
        "selector": "the Kubernetes field is podSelector; selector is Calico's",
    ]

    private static let ingressRule = ObjectSchema(
        [.used("from", peer), .used("ports", port)],
        knownMistakes: ["to": "an ingress rule names its peers in from", "action": "Kubernetes rules only allow"])

    private static let egressRule = ObjectSchema(
        [.used("to", peer), .used("ports", port)],
        knownMistakes: ["from": "an egress rule names its peers in to", "action": "Kubernetes rules only allow"])

    private static let peer = ObjectSchema(
        [
            .used("podSelector", .labelSelector), .used("namespaceSelector", .labelSelector),
            .used("ipBlock", ObjectSchema([.used("cidr"), .used("except")])),
        ],
        knownMistakes: [
            "serviceAccounts": "only Calico's NetworkPolicy matches service accounts (source.serviceAccounts)",
            "ports": "ports stand beside from or to, not in a peer",
        ])

    private static let port = ObjectSchema([.used("protocol"), .used("port"), .used("endPort")])

    /// Decodes `spec` of a NetworkPolicy, or (with a staged action) of a StagedKubernetesNetworkPolicy, whose ports the
    /// API checks less (calico.md 1.6).
    static func decode(
        _ spec: ObjectDecoder, _ meta: ObjectMeta, stagedAction: CalicoPolicy.StagedAction?
    ) -> KubernetesPolicy {
        let isStaged = stagedAction != nil
        let types = PolicyDirections.decode(spec["policyTypes"], duplicatesAllowed: !isStaged)
        let rules = KubernetesRuleDecoder(isStaged: isStaged)
        let ingress = spec["ingress"].objects().map { rules.rule($0, peers: "from") }
        let egress = spec["egress"].objects().map { rules.rule($0, peers: "to") }
        var policy = KubernetesPolicy(
            meta: meta, podSelector: spec["podSelector"].labelSelector() ?? LabelSelector(),
            governsIngress: types?.ingress ?? true, governsEgress: types?.egress ?? !egress.isEmpty, ingress: ingress,
            egress: egress)
        policy.stagedAction = stagedAction
        policy.warnAboutEffect(spec)
        return policy
    }

    /// Warns where the policy does less, or more, than its text suggests.
    private func warnAboutEffect(_ spec: ObjectDecoder) {
        if !spec.field.isPresent || spec.field.node?.count == 0 {
            spec.field.warning(.emptyPolicySpec(subject: "all pods of namespace \(meta.namespace ?? "default")"))
        }
        if !ingress.isEmpty, !governsIngress { spec["ingress"].warning(.inertRules("Ingress", list: "policyTypes")) }
        if !egress.isEmpty, !governsEgress { spec["egress"].warning(.inertRules("Egress", list: "policyTypes")) }
    }
}
