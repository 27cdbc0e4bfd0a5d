import NetTypes

extension ClusterObjects {
    /// Policy `index` of the plan: the global ones first, then those of the apps, one round after the other. With
    /// fewer policies than apps, the apps that have one are spread over all namespaces.
    func policy(_ index: Int) -> ObjectValue {
        guard index >= plan.globalPolicies else { return globalPolicy(index) }
        let (place, own) = (index - plan.globalPolicies, plan.policies - plan.globalPolicies)
        let app = model.app(own < plan.apps ? place * plan.apps / own : place % plan.apps)
        let round = own < plan.apps ? 0 : place / plan.apps
        switch round % 4 {
        case 0 where round == 0: return callers(of: app)
        case 1: return platformPolicy(of: app, round)
        case 2: return officePolicy(of: app, round)
        default: return partnerPolicy(of: app, round)
        }
    }

    // MARK: Kubernetes

    /// Isolates the app in both directions: in from its two callers, out to the two that it calls and to DNS.
    private func callers(of app: ClusterModel.App) -> ObjectValue {
        kubernetesPolicy(
            "\(app.name)-callers", app,
            [
                "egress": [
                    rule("to", model.app(model.nearServer(of: app.index)), nil),
                    rule("to", model.app(model.farServer(of: app.index)), nil),
                    [
                        "ports": [["port": 53, "protocol": "UDP"], ["port": 53, "protocol": "TCP"]],
                        "to": [["namespaceSelector": ["matchLabels": ["role": "shared"]]]],
                    ],
                ],
                "ingress": [
                    rule("from", model.app(model.nearClient(of: app.index)), app),
                    rule("from", model.app(model.farClient(of: app.index)), app),
                ],
                "podSelector": ["matchLabels": ["app": .text(app.name)]],
                "policyTypes": ["Ingress", "Egress"],
            ])
    }

    /// In from an office network but for a part of it.
    private func officePolicy(of app: ClusterModel.App, _ round: Int) -> ObjectValue {
        let third = (app.index + round) % 256
        return kubernetesPolicy(
            "\(app.name)-office-\(round)", app,
            [
                "ingress": [
                    [
                        "from": [
                            [
                                "ipBlock": [
                                    "cidr": .text("192.168.\(third).0/24"),
                                    "except": .texts(["192.168.\(third).\(16 * (round % 16))/28"]),
                                ]
                            ]
                        ],
                        "ports": [["port": .number(Int(app.port)), "protocol": app.isUDP ? "UDP" : "TCP"]],
                    ]
                ],
                "podSelector": ["matchExpressions": [["key": "app", "operator": "In", "values": [.text(app.name)]]]],
                "policyTypes": ["Ingress"],
            ])
    }

    private func kubernetesPolicy(_ name: String, _ app: ClusterModel.App, _ spec: ObjectValue) -> ObjectValue {
        [
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": metadata(name, app.namespace, app.index), "spec": spec,
        ]
    }

    /// A rule that names `peer`, at the port of `server`: the peer itself where that is `nil`.
    private func rule(_ side: String, _ peer: ClusterModel.App, _ server: ClusterModel.App?) -> ObjectValue {
        let server = server ?? peer
        let port: ObjectValue = server.isNamedInPolicies ? .text(server.portName) : .number(Int(server.port))
        let peers: ObjectValue = [
            [
                "namespaceSelector": [
                    "matchLabels": ["kubernetes.io/metadata.name": .text(model.namespaceName(peer.namespace))]
                ],
                "podSelector": ["matchLabels": ["app": .text(peer.name)]],
            ]
        ]
        let ports: ObjectValue = [["port": port, "protocol": server.isUDP ? "UDP" : "TCP"]]
        return .map([(key: "ports", value: ports), (key: side, value: peers)])
    }

    // MARK: Calico

    /// Metrics for the shared namespace, nothing from development, the rest to the app's own policies.
    private func platformPolicy(of app: ClusterModel.App, _ round: Int) -> ObjectValue {
        calicoPolicy(
            "platform.\(app.name)-\(round)", app,
            [
                "ingress": [
                    [
                        "action": "Allow", "destination": ["ports": [.number(9090 + round / 4)]], "protocol": "TCP",
                        "source": ["namespaceSelector": "role == 'shared'"],
                    ],
                    [
                        "action": "Deny",
                        "source": [
                            "namespaceSelector": "env == 'dev'", "selector": .text("team != '\(team(app))'"),
                        ],
                    ],
                    ["action": "Pass"],
                ],
                "order": .number(100 + round), "selector": .text("app == '\(app.name)'"), "tier": "platform",
                "types": ["Ingress"],
            ])
    }

    /// Out to one network set, at a port range.
    private func partnerPolicy(of app: ClusterModel.App, _ round: Int) -> ObjectValue {
        let set = outside.setCount == 0 ? "none" : outside.name(of: (app.index + round) % outside.setCount)
        let first = 20_000 + (app.index * 16 + round) % 40_000
        return calicoPolicy(
            "default.\(app.name)-partner-\(round)", app,
            [
                "egress": [
                    [
                        "action": "Allow",
                        "destination": [
                            "namespaceSelector": "global()", "ports": [443, .text("\(first):\(first + 15)")],
                            "selector": .text("list == '\(set)'"),
                        ],
                        "protocol": "TCP",
                    ]
                ],
                "order": .number(500 + round), "selector": .text("app == '\(app.name)'"), "tier": "default",
                "types": ["Egress"],
            ])
    }

    private func team(_ app: ClusterModel.App) -> String { model.team(app.namespace) }

    private func calicoPolicy(_ name: String, _ app: ClusterModel.App, _ spec: ObjectValue) -> ObjectValue {
        [
            "apiVersion": "projectcalico.org/v3", "kind": "NetworkPolicy",
            "metadata": metadata(name, app.namespace, app.index), "spec": spec,
        ]
    }
}
