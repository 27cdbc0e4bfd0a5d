import ManifestReading
import NetTypes

extension KindDefinition {
    static let service = KindDefinition(
        APIGroup.core, ["v1"], "Service", isNamespaced: true, nameRule: .label,
        consequence: "the service is refused: traffic to its addresses is judged as it is, without translation",
        schema: .resource(
            [
                .used(
                    "spec",
                    ObjectSchema(
                        [
                            .used("type"), .used("clusterIP"), .used("clusterIPs"), .used("externalIPs"),
                            .used("selector"), .used("ports", port), .used("externalTrafficPolicy"),
                        ],
                        ignored: [
                            "allocateLoadBalancerNodePorts", "externalName", "healthCheckNodePort",
                            "internalTrafficPolicy", "ipFamilies", "ipFamilyPolicy", "loadBalancerClass",
                            "loadBalancerIP", "loadBalancerSourceRanges", "publishNotReadyAddresses",
                            "sessionAffinity", "sessionAffinityConfig", "topologyKeys", "trafficDistribution",
                        ])),
                .used(
                    "status",
                    ObjectSchema(
                        [
                            .used(
                                "loadBalancer",
                                ObjectSchema([
                                    .used(
                                        "ingress",
                                        ObjectSchema([.used("ip")], ignored: ["hostname", "ipMode", "ports"]))
                                ]))
                        ], ignored: ["conditions"])),
            ], ignored: [])
    ) { root, meta in Service.decode(root, meta).map { .service($0) } }

    private static let port = ObjectSchema(
        [.used("name"), .used("protocol"), .used("port"), .used("targetPort"), .used("nodePort")],
        ignored: ["appProtocol"])
}

extension Service {
    private enum Kind: String, CaseIterable {
        case clusterIP = "ClusterIP"
        case nodePort = "NodePort"
        case loadBalancer = "LoadBalancer"
        case externalName = "ExternalName"
    }

    private enum TrafficPolicy: String, CaseIterable {
        case cluster = "Cluster"
        case local = "Local"
    }

    fileprivate static func decode(_ root: ObjectDecoder, _ meta: ObjectMeta) -> Service? {
        guard let spec = root["spec"].object(ifAbsent: .empty) else { return nil }
        let kind = spec["type"].choice(Kind.allCases) ?? .clusterIP
        let clusterIPs = clusterIPs(spec)
        let items = spec["ports"].objects()
        if items.isEmpty, kind != .externalName, !isHeadless(spec) { spec["ports"].error(.required()) }
        let ports = ServicePortDecoder(type: kind.rawValue, namesRequired: items.count > 1).ports(items)
        let policy = spec["externalTrafficPolicy"].choice(TrafficPolicy.allCases)
        let loadBalancer = root["status"].object()?["loadBalancer"].object()
        return Service(
            meta: meta, type: kind.rawValue, clusterIPs: kind == .externalName ? [] : clusterIPs,
            externalIPs: spec["externalIPs"].strings().compactMap { $0.field.address($0.text) },
            loadBalancerIPs: loadBalancer?["ingress"].objects().compactMap { $0["ip"].address() } ?? [],
            selector: spec["selector"].isPresent ? spec["selector"].labels() : nil, ports: ports,
            externalTrafficIsLocal: policy == .local)
    }

    private static func isHeadless(_ spec: ObjectDecoder) -> Bool { spec["clusterIP"].node?.text == "None" }

    /// `clusterIP`, then those of `clusterIPs` that differ; none for `None` and the empty string.
    private static func clusterIPs(_ spec: ObjectDecoder) -> [IPAddress] {
        var fields = [spec["clusterIP"]].compactMap { field in field.nonEmptyString().map { (text: $0, field: field) } }
        fields += spec["clusterIPs"].strings()
        return fields.filter { $0.text != "None" && !$0.text.isEmpty }
            .compactMap { $0.field.address($0.text) }.withoutRepeats
    }
}

/// Decodes `ports` of a Service.
private struct ServicePortDecoder {
    let type: String
    /// A Service with several ports must name each.
    let namesRequired: Bool

    func ports(_ items: [ObjectDecoder]) -> [Service.Port] {
        var names: [String: Field] = [:]
        return items.compactMap { item in
            let name = name(item["name"])
            if let name {
                if let first = names[name] {
                    item["name"].error(.duplicateValue(name), notes: [first.note("first written here")])
                }
                names[name] = item["name"]
            }
            return port(item, name: name)
        }
    }

    private func name(_ field: Field) -> String? {
        guard let name = field.nonEmptyString() else {
            if namesRequired { field.error(.required()) }
            return nil
        }
        for problem in APIName.labelProblems(name).prefix(1) { field.error(.invalidValue(name, problem)) }
        return name
    }

    private func port(_ item: ObjectDecoder, name: String?) -> Service.Port? {
        let proto = item["protocol"].portProtocol()
        if !item["port"].isPresent { item["port"].error(.notBetween(0, 1...65535)) }
        let port = item["port"].portNumber()
        let target = target(item["targetPort"], port: port)
        let nodePort = item["nodePort"].integer(in: 0...65535, otherwise: { .notBetween($0, 0...65535) })
        if nodePort ?? 0 != 0, type == "ClusterIP" || type == "ExternalName" {
            item["nodePort"].error(.forbidden("may not be used when `type` is '\(type)'"))
        }
        guard let proto, let port, let target else { return nil }
        return Service.Port(
            name: name, proto: proto, port: port, target: target,
            nodePort: nodePort.flatMap { $0 == 0 ? nil : UInt16(exactly: $0) })
    }

    /// 0 and absent mean the service's own port.
    private func target(_ field: Field, port: UInt16?) -> Service.TargetPort? {
        switch PortReference.decode(field) {
        case nil: return field.isPresent ? nil : port.map { .number($0) }
        case .number(0)?: return port.map { .number($0) }
        case .number(let number)?:
            guard let target = UInt16(exactly: number) else {
                field.error(.notBetween(number, 1...65535))
                return nil
            }
            return .number(target)
        case .name(let name)?:
            for problem in APIName.portNameProblems(name).prefix(1) { field.error(.invalidValue(name, problem)) }
            return .name(name)
        }
    }
}
