import ManifestReading
import NetTypes

extension KindDefinition {
    static let felixConfiguration = KindDefinition(
        APIGroup.calico, ["v3"], "FelixConfiguration", isNamespaced: false, hasStorageForm: true,
        consequence: "the whole configuration is refused: Felix's defaults apply",
        schema: .resource([.used("spec", .felixConfigurationSpec)])
    ) { root, meta in FelixConfiguration.decode(root["spec"], meta).map { .felixConfiguration($0) } }
}

extension FelixConfiguration {
    private enum DenyAction: String, CaseIterable {
        case drop = "Drop"
        case reject = "Reject"
    }

    private enum AllowAction: String, CaseIterable {
        case accept = "Accept"
        case `return` = "Return"
    }

    private enum SourceSpoofing: String, CaseIterable {
        case disabled = "Disabled"
        case any = "Any"
    }

    fileprivate static func decode(_ field: Field, _ meta: ObjectMeta) -> FelixConfiguration? {
        guard let spec = field.object(ifAbsent: .empty) else { return nil }
        if meta.name != "default", !meta.name.hasPrefix("node.") {
            field.warning(.unusedFelixConfiguration(meta.name))
        }
        var configuration = FelixConfiguration(meta: meta)
        configuration.defaultEndpointToHostAction = spec["defaultEndpointToHostAction"]
            .choiceIgnoringCase([EndpointToHostAction.drop, .accept, .return])
            .map { Located($0, at: spec["defaultEndpointToHostAction"].location) }
        configuration.failsafeInboundHostPorts = failsafePorts(spec["failsafeInboundHostPorts"])
        configuration.failsafeOutboundHostPorts = failsafePorts(spec["failsafeOutboundHostPorts"])
        configuration.denyActionIsReject = spec["nftablesFilterDenyAction"]
            .choiceIgnoringCase(DenyAction.allCases).map { $0 == .reject }
        configuration.allowActionIsReturn = spec["nftablesFilterAllowAction"]
            .choiceIgnoringCase(AllowAction.allCases)
            .map { Located($0 == .return, at: spec["nftablesFilterAllowAction"].location) }
        _ = spec["nftablesMangleAllowAction"].choiceIgnoringCase(AllowAction.allCases)
        configuration.interfacePrefixes = spec["interfacePrefix"].nonEmptyString()
            .map { $0.split(separator: ",").map { String($0.filter { $0 != " " }) } }
        configuration.markMask = markMask(spec["nftablesMarkMask"])
        configuration.disableConntrackInvalidCheck = spec["disableConntrackInvalidCheck"].bool()
        configuration.vxlanPort = spec["vxlanPort"].portNumber()
        configuration.allowVXLANPacketsFromWorkloads = spec["allowVXLANPacketsFromWorkloads"].bool()
        configuration.allowIPIPPacketsFromWorkloads = spec["allowIPIPPacketsFromWorkloads"].bool()
        configuration.ipv6Support = spec["ipv6Support"].bool()
        configuration.workloadSourceSpoofingAllowed = spec["workloadSourceSpoofing"]
            .choiceIgnoringCase(SourceSpoofing.allCases).map { $0 == .any }
        configuration.serviceLoopPrevention = spec["serviceLoopPrevention"]
            .choiceIgnoringCase([ServiceLoopPrevention.drop, .reject, .disabled])
        return configuration
    }

    /// The bits of packet marks that are Felix's to use; without any it would not start.
    private static func markMask(_ field: Field) -> UInt32? {
        let all = Int(UInt32.max)
        guard let mask = field.integer(in: 0...all, otherwise: { .notBetween($0, 0...all) }) else { return nil }
        if mask == 0 { field.warning(.emptyMarkMask) }
        return mask == 0 ? nil : UInt32(mask)
    }

    /// `nil` when absent: Felix's default list. The API checks only that ports fit 16 bits; what Felix itself would not
    /// read is left out with a warning.
    private static func failsafePorts(_ field: Field) -> [FailsafePort]? {
        guard field.isPresent else { return nil }
        return field.objects().compactMap(failsafePort)
    }

    private static func failsafePort(_ object: ObjectDecoder) -> FailsafePort? {
        let proto = failsafeProtocol(object["protocol"])
        let port = object["port"].integer(in: 0...65535, otherwise: { .notBetween($0, 1...65535) })
        guard let port, let proto else { return nil }
        guard let number = UInt16(exactly: port), number > 0 else {
            object["port"].warning(.failsafeIgnored("port 0"))
            return nil
        }
        guard let text = object["net"].nonEmptyString() else {
            return FailsafePort(proto: proto, port: number, net: nil)
        }
        guard let net = IPPrefix(text) else {
            object["net"].warning(.failsafeIgnored("net \(Finding.quoted(text))"))
            return nil
        }
        return FailsafePort(proto: proto, port: number, net: net)
    }

    private static func failsafeProtocol(_ field: Field) -> IPProtocol? {
        guard let text = field.isPresent ? field.string() : "tcp" else { return nil }
        guard let proto = IPProtocol(calicoName: text.uppercased()), proto.allowsPortMatch else {
            field.warning(.failsafeIgnored("protocol \(Finding.quoted(text))"))
            return nil
        }
        return proto
    }
}

extension Field {
    /// One of `allowed` in any letter case; `nil` when absent or empty (Felix's default applies).
    func choiceIgnoringCase<Choice: RawRepresentable<String>>(_ allowed: [Choice]) -> Choice? {
        guard let text = nonEmptyString() else { return nil }
        if let choice = allowed.first(where: { $0.rawValue.lowercased() == text.lowercased() }) { return choice }
        error(.unsupportedValue(text, allowed: allowed.map(\.rawValue)))
        return nil
    }
}
