import ManifestReading
import NetTypes

extension KindDefinition {
    static let bgpConfiguration = KindDefinition(
        APIGroup.calico, ["v3"], "BGPConfiguration", isNamespaced: false, hasStorageForm: true,
        consequence:
            "the whole configuration is refused: no forwarded packet is dropped for being sent to a service range",
        schema: .resource([
            .used(
                "spec",
                ObjectSchema(
                    BGPConfiguration.blockFields.map { .used($0, ObjectSchema([.used("cidr")])) },
                    ignored: [
                        "asNumber", "bindMode", "communities", "ignoredInterfaces", "ipv4NormalRoutePriority",
                        "ipv6NormalRoutePriority", "listenPort", "localWorkloadPeeringIPV4",
                        "localWorkloadPeeringIPV6", "logSeverityScreen", "nodeMeshMaxRestartTime",
                        "nodeMeshPassword", "nodeToNodeMeshEnabled", "prefixAdvertisements", "programClusterRoutes",
                        "serviceLoadBalancerAggregation",
                    ]))
        ])
    ) { root, meta in BGPConfiguration.decode(root["spec"], meta).map { .bgpConfiguration($0) } }
}

extension BGPConfiguration {
    /// Lists of service ranges.
    static let blockFields = ["serviceClusterIPs", "serviceExternalIPs", "serviceLoadBalancerIPs"]

    fileprivate static func decode(_ field: Field, _ meta: ObjectMeta) -> BGPConfiguration? {
        guard let spec = field.object(ifAbsent: .empty) else { return nil }
        let prefixes = blockFields.flatMap { name in
            let blocks = spec[name].objects()
            if meta.name != "default", !blocks.isEmpty { spec[name].warning(.unusedServiceRanges(meta.name)) }
            return blocks.compactMap { block in
                block["cidr"].requiredString().flatMap { block["cidr"].addressOrBlock($0) }
            }
        }
        return BGPConfiguration(meta: meta, servicePrefixes: prefixes)
    }
}
