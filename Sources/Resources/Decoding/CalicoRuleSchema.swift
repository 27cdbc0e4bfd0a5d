extension ObjectSchema {
    /// `Rule` of projectcalico.org/v3 (calico.md 1.5).
    static let calicoRule = ObjectSchema(
        [
            .used("action"), .used("ipVersion"), .used("protocol"), .used("notProtocol"), .used("icmp", icmp),
            .used("notICMP", icmp), .used("source", entityRule), .used("destination", entityRule),
            .partly(
                "http", http,
                warning: "is layer 7, which no rule of layers 3 and 4 looks at: the rule allows all that its other "
                    + "fields match"),
            .validated("metadata", ObjectSchema([.validated("annotations")])),
        ],
        knownMistakes: [
            "ports": "ports belongs under destination (or source)",
            "notPorts": "notPorts belongs under destination (or source)",
            "nets": "nets belongs under source or destination",
            "notNets": "notNets belongs under source or destination",
            "selector": "selector belongs under source or destination",
            "notSelector": "notSelector belongs under source or destination",
            "namespaceSelector": "namespaceSelector belongs under source or destination",
            "serviceAccounts": "serviceAccounts belongs under source or destination",
            "services": "services belongs under destination (egress) or source (ingress)",
            "from": "from is Kubernetes': a Calico rule has source",
            "to": "to is Kubernetes': a Calico rule has destination",
            "domains": noDomains,
        ])

    private static let icmp = ObjectSchema([.used("type"), .used("code")])

    private static let http = ObjectSchema([
        .validated("methods"), .validated("paths", ObjectSchema([.validated("exact"), .validated("prefix")])),
    ])

    private static let entityRule = ObjectSchema(
        [
            .used("nets"), .used("notNets"), .used("selector"), .used("notSelector"), .used("namespaceSelector"),
            .used("serviceAccounts", ObjectSchema([.used("names"), .used("selector")])),
            .used("services", ObjectSchema([.used("name"), .used("namespace")])), .used("ports"), .used("notPorts"),
            .used("domains").only(in: .enterprise),
        ],
        knownMistakes: [
            "domains": noDomains, "podSelector": "podSelector is Kubernetes': Calico has selector",
            "ipBlock": "ipBlock is Kubernetes': Calico has nets and notNets", "net": "the field is nets, a list",
            "notNet": "the field is notNets, a list", "port": "the field is ports, a list",
            "protocol": "protocol stands beside source and destination",
        ])

    private static let noDomains = "not in open-source Calico: list the addresses in nets, or in a NetworkSet"
}
