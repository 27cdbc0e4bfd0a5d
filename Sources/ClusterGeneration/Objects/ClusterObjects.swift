import NetTypes

/// The manifests of a model: one function for each kind, each with the fields that a server adds.
struct ClusterObjects: Sendable {
    let model: ClusterModel
    let outside: OutsideNetworks

    init(_ plan: ClusterPlan) {
        model = ClusterModel(plan: plan)
        outside = OutsideNetworks(plan: plan)
    }

    var plan: ClusterPlan { model.plan }

    // MARK: Cluster-wide objects

    func namespace(_ index: Int) -> ObjectValue {
        let name = model.namespaceName(index)
        return [
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": metadata(
                name, nil, index,
                labels: [
                    ("env", model.environment(index)), ("kubernetes.io/metadata.name", name),
                    ("role", index == 0 ? "shared" : "tenant"), ("team", model.team(index)),
                ]),
            "spec": ["finalizers": ["kubernetes"]], "status": ["phase": "Active"],
        ]
    }

    func node(_ index: Int) -> ObjectValue {
        let name = model.nodeName(index)
        var addresses: [ObjectValue] = [
            ["address": .text("\(model.address4(ofNode: index))"), "type": "InternalIP"]
        ]
        if plan.isDualStack {
            addresses.append(["address": .text("\(model.address6(ofNode: index))"), "type": "InternalIP"])
        }
        addresses.append(["address": .text(name), "type": "Hostname"])
        return [
            "apiVersion": "v1", "kind": "Node",
            "metadata": metadata(
                name, nil, index, labels: [("kubernetes.io/hostname", name), ("kubernetes.io/os", "linux")]),
            "spec": ["podCIDR": .text("10.64.0.0/24")],
            "status": ["addresses": .list(addresses), "capacity": ["cpu": "16", "pods": "110"]],
        ]
    }

    /// The tiers before `default`: what they don't decide goes on.
    static let tiers = [(name: "security", order: 100), (name: "platform", order: 200)]

    func tier(_ index: Int) -> ObjectValue {
        let tier = Self.tiers[index]
        return [
            "apiVersion": "projectcalico.org/v3", "kind": "Tier", "metadata": metadata(tier.name, nil, index),
            "spec": ["defaultAction": "Pass", "order": .number(tier.order)],
        ]
    }

    func networkSet(_ index: Int) -> ObjectValue {
        let name = outside.name(of: index)
        return [
            "apiVersion": "projectcalico.org/v3", "kind": "GlobalNetworkSet",
            "metadata": metadata(
                name, nil, index,
                labels: [("list", name), ("list-kind", outside.kind(of: index).rawValue)]),
            "spec": ["nets": .texts(outside.elements(of: index).map { "\(outside.prefix($0))" })],
        ]
    }

    // MARK: Objects of namespaces

    /// In 10.32.0.0/12, which no pod has.
    func service(ofApp index: Int) -> ObjectValue {
        let app = model.app(index)
        let address = IPAddress(v4: 0x0a20_0000 + 100 + UInt32(index))
        return [
            "apiVersion": "v1", "kind": "Service",
            "metadata": metadata(app.name, app.namespace, index, labels: [("app", app.name)]),
            "spec": [
                "clusterIP": .text("\(address)"), "clusterIPs": .texts(["\(address)"]),
                "internalTrafficPolicy": "Cluster", "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
                "ports": [
                    [
                        "name": .text(app.portName), "port": 80, "protocol": app.isUDP ? "UDP" : "TCP",
                        "targetPort": .text(app.portName),
                    ]
                ],
                "selector": ["app": .text(app.name)], "sessionAffinity": "None", "type": "ClusterIP",
            ],
            "status": ["loadBalancer": [:]],
        ]
    }

    // MARK: Metadata

    /// - Parameter index: makes the unique identifier and the version.
    func metadata(
        _ name: String, _ namespace: Int?, _ index: Int, labels: [(String, String)] = []
    ) -> ObjectValue {
        var entries: [(key: String, value: ObjectValue)] = [("creationTimestamp", "2026-03-02T08:15:30Z")]
        if !labels.isEmpty { entries.append(("labels", Self.map(labels))) }
        entries.append(("name", .text(name)))
        if let namespace { entries.append(("namespace", .text(model.namespaceName(namespace)))) }
        entries.append(("resourceVersion", .text(String(100_000 + index))))
        entries.append(("uid", .text(Self.identifier(plan.seed, name, index))))
        return .map(entries)
    }

    static func map(_ entries: [(String, String)]) -> ObjectValue {
        .map(entries.map { (key: $0.0, value: .text($0.1)) })
    }

    /// A version 4 UUID of the name and index.
    static func identifier(_ seed: UInt64, _ name: String, _ index: Int) -> String {
        let hash = name.utf8.reduce(seed) { RandomStream.mixed($0 &+ UInt64($1)) }
        let digits = hex(hash, 16) + hex(RandomStream.mixed(hash &+ UInt64(index)), 16)
        let parts = [digits.prefix(8), digits.dropFirst(8).prefix(4), digits.dropFirst(12).prefix(3)]
        return "\(parts[0])-\(parts[1])-4\(parts[2])-a\(digits.dropFirst(15).prefix(3))-\(digits.suffix(12))"
    }

    static func hex(_ value: UInt64, _ digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text.suffix(digits)
    }
}
