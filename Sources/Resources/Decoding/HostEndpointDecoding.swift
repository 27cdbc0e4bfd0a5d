import ManifestReading
import NetTypes

extension KindDefinition {
    static let hostEndpoint = KindDefinition(
        APIGroup.calico, ["v3"], "HostEndpoint", isNamespaced: false, hasStorageForm: true,
        consequence: "the host endpoint is refused: its interface is not policed",
        schema: .resource([
            .used(
                "spec",
                ObjectSchema([
                    .used("node"), .used("interfaceName"), .used("expectedIPs"), .used("profiles"),
                    .used("ports", ObjectSchema([.used("name"), .used("protocol"), .used("port")])),
                ]))
        ])
    ) { root, meta in HostEndpointResource.decode(root, meta).map { .hostEndpoint($0) } }
}

extension HostEndpointResource {
    fileprivate static func decode(_ root: ObjectDecoder, _ meta: ObjectMeta) -> HostEndpointResource? {
        ReservedLabels.check(meta.labels, root["metadata"], namespaceLabel: .counts)
        guard let spec = root["spec"].object(ifAbsent: .empty) else { return nil }
        let node = spec["node"].requiredString("node must be specified")
        if let node, !APIName.isSubdomain(node) {
            spec["node"].error(.invalidValue(node, "must be a lower-case DNS name"))
        }
        let interface = interfaceName(spec["interfaceName"])
        let addresses = spec["expectedIPs"].distinctStrings().compactMap { $0.field.address($0.text) }
        if interface.isEmpty, spec["expectedIPs"].node?.count ?? 0 == 0 {
            spec.field.error(.required("at least one of interfaceName or expectedIPs must be specified"))
        }
        let profiles = ProfileNames.decode(spec["profiles"])
        let ports = spec["ports"].objects().map(EndpointPort.init)
        guard let node else { return nil }
        if let numeric = ports.first(where: { $0.hasNumericProtocol && $0.port != nil }) {
            numeric.object["protocol"].warning(.hostEndpointAbsent)
            return nil
        }
        return HostEndpointResource(
            meta: meta, node: node, interfaceName: interface, expectedIPs: addresses, profiles: profiles,
            ports: ports.compactMap(\.port))
    }

    private static func interfaceName(_ field: Field) -> String {
        guard let name = field.nonEmptyString() else { return "" }
        let isName =
            name.utf8.count <= 15
            && name.utf8.allSatisfy {
                APIName.isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
                    || $0 == UInt8(ascii: "-")
            }
        if !isName, name != "*" {
            field.error(
                .invalidValue(name, "must be * or an interface name: at most 15 letters, digits, '_', '.', '-'"))
        }
        return name
    }
}

/// `profiles` of an endpoint: names, each once.
enum ProfileNames {
    static func decode(_ field: Field) -> [String] {
        field.distinctStrings().map { entry in
            if !APIName.isSubdomain(entry.text) {
                entry.field.error(.invalidValue(entry.text, "must be a lower-case DNS name"))
            }
            return entry.text
        }
    }
}

/// A named port of a Calico endpoint.
struct EndpointPort {
    let object: ObjectDecoder
    /// `nil` when it was refused.
    let port: NamedPort?
    /// The API takes a protocol number, the engine then drops the whole host endpoint (calico.md 1.7).
    let hasNumericProtocol: Bool

    init(_ object: ObjectDecoder) {
        self.init(object, nameRequired: true)
    }

    init(_ object: ObjectDecoder, nameRequired: Bool) {
        self.object = object
        let name = Self.name(object["name"], isRequired: nameRequired)
        let number = object["port"].portNumber()
        if !object["port"].isPresent { object["port"].error(.required()) }
        let reference = ProtocolReference.decode(object["protocol"])
        let proto = Self.proto(reference, object["protocol"])
        if case .number? = reference { hasNumericProtocol = true } else { hasNumericProtocol = false }
        if let name, let number, let proto {
            port = NamedPort(name: name, proto: proto, port: number)
        } else {
            port = nil
        }
    }

    private static func name(_ field: Field, isRequired: Bool) -> String? {
        guard let name = field.isPresent ? field.string() : "" else { return nil }
        if name.isEmpty, !isRequired { return "" }
        for problem in APIName.portNameProblems(name).prefix(1) { field.error(.invalidValue(name, problem)) }
        return name
    }

    private static func proto(_ reference: ProtocolReference?, _ field: Field) -> IPProtocol? {
        guard let reference else {
            if !field.isPresent { field.error(.required()) }
            return nil
        }
        guard let proto = reference.proto, proto.allowsPortMatch else {
            field.error(.invalidValue(printed: reference.printed, "must be TCP, UDP or SCTP"))
            return nil
        }
        return proto
    }
}
