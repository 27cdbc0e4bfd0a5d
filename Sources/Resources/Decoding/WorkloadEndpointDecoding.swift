import ManifestReading
import NetTypes

extension KindDefinition {
    static let workloadEndpoint = KindDefinition(
        APIGroup.calico, ["v3"], "WorkloadEndpoint", isNamespaced: true,
        consequence: "the endpoint is refused: its addresses count as unknown ones, its interface as nobody's",
        schema: .resource([
            .used(
                "spec",
                ObjectSchema(
                    [
                        .used("node"), .used("orchestrator"), .used("workload"), .used("pod"),
                        .used("serviceAccountName"),
                        .used("interfaceName"), .used("ipNetworks"), .used("profiles"),
                        .used(
                            "ports",
                            ObjectSchema(
                                [.used("name"), .used("protocol"), .used("port")], ignored: ["hostPort", "hostIP"])),
                        .used("allowSpoofedSourcePrefixes"),
                        .partly("qosControls", nil, warning: Finding.trafficLimitText),
                    ],
                    ignored: [
                        "containerID", "endpoint", "ipNATs", "ipv4Gateway", "ipv6Gateway", "mac",
                    ]))
        ])
    ) { root, meta in WorkloadEndpointResource.decode(root["spec"], meta).map { .workloadEndpoint($0) } }
}

extension WorkloadEndpointResource {
    fileprivate static func decode(_ field: Field, _ meta: ObjectMeta) -> WorkloadEndpointResource? {
        guard let spec = field.object(ifAbsent: .empty) else { return nil }
        let ports = spec["ports"].objects().map { EndpointPort($0, nameRequired: false) }
        var endpoint = WorkloadEndpointResource(
            meta: meta, node: spec["node"].requiredString("node must be specified") ?? "",
            workload: spec["pod"].nonEmptyString() ?? spec["workload"].nonEmptyString() ?? meta.name,
            interfaceName: spec["interfaceName"].requiredString() ?? "",
            addresses: addresses(spec["ipNetworks"]), profiles: ProfileNames.decode(spec["profiles"]),
            ports: ports.compactMap(\.port).filter { !$0.name.isEmpty },
            serviceAccountName: spec["serviceAccountName"].nonEmptyString(),
            allowedSourcePrefixes: prefixes(spec["allowSpoofedSourcePrefixes"]))
        endpoint.orchestrator = spec["orchestrator"].nonEmptyString()
        return endpoint
    }

    /// Single addresses, with or without their full prefix length.
    private static func addresses(_ field: Field) -> [IPAddress] {
        field.strings().compactMap { entry in
            guard let parsed = IPPrefix.parse(entry.text) else {
                entry.field.error(.notAnAddressOrBlock(entry.text))
                return nil
            }
            guard parsed.prefix.isSingleAddress else {
                entry.field.error(.invalidValue(entry.text, "IP network contains multiple addresses"))
                return nil
            }
            return parsed.address
        }
    }

    private static func prefixes(_ field: Field) -> [IPPrefix] {
        field.strings().compactMap { entry in
            guard let prefix = IPPrefix(entry.text) else {
                entry.field.error(.notAnAddressOrBlock(entry.text))
                return nil
            }
            return prefix
        }
    }
}
