import ManifestReading
import NetTypes
import Selectors

extension KindDefinition {
    static let endpointSlice = KindDefinition(
        APIGroup.discovery, ["v1", "v1beta1"], "EndpointSlice", isNamespaced: true,
        consequence: "the slice is refused: its service lacks these endpoints",
        schema: .resource([
            .used("addressType"),
            .used(
                "endpoints",
                ObjectSchema(
                    [
                        .used("addresses"),
                        .used("conditions", ObjectSchema([.used("ready")], ignored: ["serving", "terminating"])),
                    ],
                    ignored: ["deprecatedTopology", "hints", "hostname", "nodeName", "targetRef", "topology", "zone"])),
            .used(
                "ports",
                ObjectSchema([.used("name"), .used("protocol"), .used("port")], ignored: ["appProtocol"])),
        ])
    ) { root, meta in .endpointSlice(EndpointSlice.decode(root, meta)) }
}

extension EndpointSlice {
    private enum AddressType: String, CaseIterable {
        case v4 = "IPv4"
        case v6 = "IPv6"
        case fqdn = "FQDN"
    }

    private static let serviceLabel = "kubernetes.io/service-name"

    fileprivate static func decode(_ root: ObjectDecoder, _ meta: ObjectMeta) -> EndpointSlice {
        let type = root["addressType"].requiredChoice(AddressType.allCases)
        let endpoints = root["endpoints"].objects().map { endpoint($0, type) }
        let ports = root["ports"].objects().compactMap(port)
        return EndpointSlice(
            meta: meta, serviceName: meta.labels[serviceLabel], endpoints: endpoints, ports: ports)
    }

    private static func endpoint(_ object: ObjectDecoder, _ type: AddressType?) -> Endpoint {
        let addresses = object["addresses"].strings().compactMap { entry -> IPAddress? in
            guard let type, type != .fqdn, let address = entry.field.address(entry.text) else { return nil }
            if (address.family == .v4) != (type == .v4) {
                entry.field.error(.invalidValue(entry.text, "must be an \(type.rawValue) address"))
            }
            return address
        }
        let ready = object["conditions"].object()?["ready"].bool() ?? true
        return Endpoint(addresses: addresses, isReady: ready)
    }

    private static func port(_ object: ObjectDecoder) -> Port? {
        let proto = object["protocol"].portProtocol()
        let number = object["port"].portNumber()
        guard let proto, number != nil || !object["port"].isPresent else { return nil }
        return Port(name: object["name"].nonEmptyString(), proto: proto, port: number)
    }
}
