extension ObjectSchema {
    /// `spec` of ClusterNetworkPolicy (v1alpha2, standard channel).
    static let clusterPolicySpec = ObjectSchema([
        .used("tier"), .used("priority"), .used("subject", subject),
        .used("ingress", rule(peers: "from", ingressPeer, ports: "protocols", protocolMatch)),
        .used("egress", rule(peers: "to", clusterEgressPeer, ports: "protocols", protocolMatch)),
    ])

    /// `spec` of AdminNetworkPolicy (v1alpha1).
    static let adminPolicySpec = ObjectSchema(
        [.used("priority")] + adminPolicyFields(adminEgressPeer),
        knownMistakes: ["tier": "AdminNetworkPolicy has no tier; ClusterNetworkPolicy (v1alpha2) has one"])

    /// `spec` of BaselineAdminNetworkPolicy (v1alpha1).
    static let baselinePolicySpec = ObjectSchema(
        adminPolicyFields(baselineEgressPeer),
        knownMistakes: ["priority": "BaselineAdminNetworkPolicy has no priority: there is only one"])

    private static func adminPolicyFields(_ egressPeer: ObjectSchema) -> [FieldDeclaration] {
        [
            .used("subject", subject), .used("ingress", rule(peers: "from", ingressPeer, ports: "ports", adminPort)),
            .used("egress", rule(peers: "to", egressPeer, ports: "ports", adminPort)),
        ]
    }

    private static let pods = ObjectSchema([
        .used("namespaceSelector", .labelSelector), .used("podSelector", .labelSelector),
    ])

    private static let selectionFields: [FieldDeclaration] = [.used("namespaces", .labelSelector), .used("pods", pods)]
    private static let subject = ObjectSchema(selectionFields)

    private static let ingressPeer = ObjectSchema(
        selectionFields, knownMistakes: ["networks": "an ingress rule can't name networks: only egress rules can"])

    private static let clusterEgressPeer = ObjectSchema(
        selectionFields + [.used("networks")],
        knownMistakes: [
            "nodes": "nodes exists only in the experimental channel; Calico doesn't know it",
            "domainNames": "domainNames exists only in the experimental channel; Calico doesn't know it",
        ])

    private static let adminEgressPeer = ObjectSchema(
        selectionFields + [.used("networks"), .failsClosed("nodes", .labelSelector), .failsClosed("domainNames")])

    private static let baselineEgressPeer = ObjectSchema(
        selectionFields + [.used("networks"), .failsClosed("nodes", .labelSelector)],
        knownMistakes: ["domainNames": "only AdminNetworkPolicy has domainNames"])

    private static func rule(
        peers: String, _ peer: ObjectSchema, ports: String, _ port: ObjectSchema
    ) -> ObjectSchema {
        ObjectSchema(
            [.used("name"), .used("action"), .used(peers, peer), .used(ports, port)],
            knownMistakes: ports == "protocols"
                ? ["ports": "v1alpha2 has protocols"] : ["protocols": "v1alpha1 has ports"])
    }

    private static let protocolMatch: ObjectSchema = {
        let range = ObjectSchema([.used("start"), .used("end")])
        let port = ObjectSchema([.used("number"), .used("range", range)])
        let transport = ObjectSchema([.used("destinationPort", port)])
        return ObjectSchema([
            .used("tcp", transport), .used("udp", transport), .used("sctp", transport), .used("destinationNamedPort"),
        ])
    }()

    private static let adminPort = ObjectSchema([
        .used("portNumber", ObjectSchema([.used("protocol"), .used("port")])),
        .used("portRange", ObjectSchema([.used("protocol"), .used("start"), .used("end")])), .used("namedPort"),
    ])
}
