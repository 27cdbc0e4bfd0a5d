extension ObjectSchema {
    /// `spec` of NetworkPolicy and of StagedNetworkPolicy.
    static let calicoPolicySpec = ObjectSchema(calicoPolicyFields, knownMistakes: calicoPolicyMistakes)
    static let stagedPolicySpec = ObjectSchema(
        calicoPolicyFields + [.used("stagedAction")], knownMistakes: calicoPolicyMistakes)

    /// `spec` of GlobalNetworkPolicy and of StagedGlobalNetworkPolicy.
    static let globalPolicySpec = ObjectSchema(
        calicoPolicyFields + globalPolicyFields, knownMistakes: calicoPolicyMistakes)
    static let stagedGlobalPolicySpec = ObjectSchema(
        calicoPolicyFields + globalPolicyFields + [.used("stagedAction")], knownMistakes: calicoPolicyMistakes)

    /// `spec` of StagedKubernetesNetworkPolicy.
    static let stagedKubernetesPolicySpec = ObjectSchema(
        KubernetesPolicy.specFields + [.used("stagedAction")], knownMistakes: KubernetesPolicy.specMistakes)

    private static let calicoPolicyFields: [FieldDeclaration] = [
        .used("tier"), .used("order"), .used("selector"), .used("serviceAccountSelector"), .used("types"),
        .used("ingress", .calicoRule), .used("egress", .calicoRule), .validated("performanceHints"),
    ]

    private static let globalPolicyFields: [FieldDeclaration] = [
        .used("namespaceSelector"), .used("applyOnForward"),
        .used("preDNAT"), .used("doNotTrack"),
    ]

    private static let calicoPolicyMistakes = [
        "policyTypes": "policyTypes is Kubernetes': Calico's field is types",
        "podSelector": "podSelector is Kubernetes': Calico's field is selector, an expression like app == 'web'",
        "rules": "rules stand in ingress and egress",
    ]
}
