extension ClusterObjects {
    /// The policies that are on every pod's path. The first three name all sets of a kind, so that every element
    /// matters; each further one names one set at a port of its own.
    func globalPolicy(_ index: Int) -> ObjectValue {
        switch index {
        case 0: denyThreats
        case 1: allowPartners
        case 2: limitWatched
        default: denySet(index)
        }
    }

    private var denyThreats: ObjectValue {
        globalPolicy(
            "security.deny-threats", 0,
            [
                "egress": [["action": "Deny", "destination": ["selector": "list-kind == 'threat'"]]],
                "ingress": [["action": "Deny", "source": ["selector": "list-kind == 'threat'"]]],
                "order": 10, "selector": "all()", "tier": "security", "types": ["Ingress", "Egress"],
            ])
    }

    private var allowPartners: ObjectValue {
        let peer: ObjectValue = ["ports": [443, "8443:8449"], "selector": "list-kind == 'partner'"]
        return globalPolicy(
            "platform.allow-partners", 1,
            [
                "egress": [["action": "Allow", "destination": peer, "protocol": "TCP"]],
                "order": 10, "selector": "egress == 'partners'", "tier": "platform", "types": ["Egress"],
            ])
    }

    /// Nothing but DNS and NTP by UDP to and from the watched.
    private var limitWatched: ObjectValue {
        globalPolicy(
            "security.limit-watched", 2,
            [
                "egress": [
                    [
                        "action": "Deny", "destination": ["notPorts": [53, 123], "selector": "list-kind == 'watch'"],
                        "protocol": "UDP",
                    ]
                ],
                "ingress": [["action": "Deny", "protocol": "UDP", "source": ["selector": "list-kind == 'watch'"]]],
                "order": 20, "selector": "all()", "tier": "security", "types": ["Ingress", "Egress"],
            ])
    }

    private func denySet(_ index: Int) -> ObjectValue {
        let set = outside.setCount == 0 ? "none" : outside.name(of: index % outside.setCount)
        let selector: ObjectValue = .text("list == '\(set)'")
        let port: ObjectValue = .number(1024 + index * 7 % 60_000)
        return globalPolicy(
            "platform.deny-\(padded(index, 5))", index,
            [
                "egress": [
                    ["action": "Deny", "destination": ["ports": [port], "selector": selector], "protocol": "TCP"]
                ],
                "ingress": [
                    [
                        "action": "Deny", "destination": ["ports": [port]], "protocol": "TCP",
                        "source": ["selector": selector],
                    ]
                ],
                "order": .number(1000 + index), "selector": "all()", "tier": "platform",
                "types": ["Ingress", "Egress"],
            ])
    }

    private func globalPolicy(_ name: String, _ index: Int, _ spec: ObjectValue) -> ObjectValue {
        [
            "apiVersion": "projectcalico.org/v3", "kind": "GlobalNetworkPolicy",
            "metadata": metadata(name, nil, index), "spec": spec,
        ]
    }
}
