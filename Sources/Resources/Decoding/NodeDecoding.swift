import ManifestReading
import NetTypes

extension KindDefinition {
    private static let nodeConsequence = "the node is refused: its addresses count as outside ones"

    static let node = KindDefinition(
        APIGroup.core, ["v1"], "Node", isNamespaced: false, consequence: nodeConsequence,
        schema: .resource(
            [
                .used(
                    "status",
                    ObjectSchema(
                        [.used("addresses", ObjectSchema([.used("type"), .used("address")]))],
                        ignored: [
                            "allocatable", "capacity", "conditions", "config", "daemonEndpoints", "declaredFeatures",
                            "features", "images", "nodeInfo", "phase", "runtimeHandlers", "volumesAttached",
                            "volumesInUse",
                        ]))
            ], ignored: ["spec"])
    ) { root, meta in
        guard let status = root["status"].object(ifAbsent: .empty) else { return nil }
        let reported = status["addresses"].objects().compactMap(ClusterNode.reportedAddress)
        let annotated = ClusterNode.annotatedAddresses(meta, root["metadata"])
        return .node(ClusterNode(meta: meta, addresses: (reported + annotated).withoutRepeats))
    }

    static let calicoNode = KindDefinition(
        APIGroup.calico, ["v3"], "Node", isNamespaced: false, consequence: nodeConsequence,
        schema: .resource([
            .used(
                "spec",
                ObjectSchema(
                    [
                        .used("addresses", ObjectSchema([.used("address")], ignored: ["type"])),
                        .used("bgp", bgp), .used("ipv4VXLANTunnelAddr"), .used("ipv6VXLANTunnelAddr"),
                        .used("wireguard", wireguard),
                    ], ignored: ["orchRefs", "vxlanTunnelMACAddr", "vxlanTunnelMACAddrV6"]))
        ])
    ) { root, meta in
        ClusterNode.addresses(calicoSpec: root["spec"]).map { .node(ClusterNode(meta: meta, addresses: $0)) }
    }

    private static let bgp = ObjectSchema(
        [.used("ipv4Address"), .used("ipv6Address"), .used("ipv4IPIPTunnelAddr")],
        ignored: ["asNumber", "routeReflectorClusterID"])

    private static let wireguard = ObjectSchema([
        .used("interfaceIPv4Address"), .used("interfaceIPv6Address"),
    ])
}

extension ClusterNode {
    /// Where Calico notes a node's addresses, its tunnels' included.
    private static let addressAnnotations = [
        "projectcalico.org/IPv4Address", "projectcalico.org/IPv6Address", "projectcalico.org/IPv4IPIPTunnelAddr",
        "projectcalico.org/IPv4VXLANTunnelAddr", "projectcalico.org/IPv6VXLANTunnelAddr",
        "projectcalico.org/IPv4WireguardInterfaceAddr", "projectcalico.org/IPv6WireguardInterfaceAddr",
    ]

    /// InternalIP or ExternalIP; host names and DNS names are no addresses.
    fileprivate static func reportedAddress(_ object: ObjectDecoder) -> IPAddress? {
        let type = object["type"].string()
        guard type == "InternalIP" || type == "ExternalIP" else { return nil }
        return object["address"].address()
    }

    fileprivate static func annotatedAddresses(_ meta: ObjectMeta, _ metadata: Field) -> [IPAddress] {
        addressAnnotations.compactMap { name in
            guard let text = meta.annotations[name], !text.isEmpty else { return nil }
            let parsed = IPPrefix.parse(text)
            if parsed == nil { metadata.warning(.unreadableAnnotation(name, text)) }
            return parsed?.address
        }
    }

    fileprivate static func addresses(calicoSpec field: Field) -> [IPAddress]? {
        guard let spec = field.object(ifAbsent: .empty) else { return nil }
        var fields = spec["addresses"].objects().map { $0["address"] }
        if let bgp = spec["bgp"].object() {
            fields += [bgp["ipv4Address"], bgp["ipv6Address"], bgp["ipv4IPIPTunnelAddr"]]
        }
        fields += [spec["ipv4VXLANTunnelAddr"], spec["ipv6VXLANTunnelAddr"]]
        if let wireguard = spec["wireguard"].object() {
            fields += [wireguard["interfaceIPv4Address"], wireguard["interfaceIPv6Address"]]
        }
        return fields.compactMap { field in
            guard let text = field.nonEmptyString() else { return nil }
            guard let parsed = IPPrefix.parse(text) else {
                field.error(.notAnAddressOrBlock(text))
                return nil
            }
            return parsed.address
        }.withoutRepeats
    }
}

extension [IPAddress] {
    /// Each address once, where it stands first.
    var withoutRepeats: [IPAddress] {
        var seen: Set<IPAddress> = []
        return filter { seen.insert($0).inserted }
    }
}
