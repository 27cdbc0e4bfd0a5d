import ManifestReading
import NetTypes

extension KindDefinition {
    static let ipPool = KindDefinition(
        APIGroup.calico, ["v3"], "IPPool", isNamespaced: false, hasStorageForm: true,
        consequence: "the pool is refused: it switches on no encapsulation",
        schema: .resource([
            .used(
                "spec",
                ObjectSchema(
                    [
                        .used("cidr"), .used("vxlanMode"), .used("ipipMode"), .validated("blockSize"),
                        .validated("disabled"), .validated("nodeSelector"), .validated("namespaceSelector"),
                        .validated("allowedUses"), .validated("assignmentMode"),
                    ], ignored: ["natOutgoing", "disableBGPExport", "ipip", "nat-outgoing"]))
        ])
    ) { root, meta in IPPool.decode(root["spec"], meta).map { .ipPool($0) } }
}

extension IPPool {
    private enum Encapsulation: String, CaseIterable {
        case never = "Never"
        case always = "Always"
        case crossSubnet = "CrossSubnet"
    }

    private enum AllowedUse: String, CaseIterable {
        case workload = "Workload"
        case tunnel = "Tunnel"
        case loadBalancer = "LoadBalancer"
    }

    private enum AssignmentMode: String, CaseIterable {
        case automatic = "Automatic"
        case manual = "Manual"
    }

    private static let linkLocal = [
        IPPrefix(IPAddress(v4: 0xa9fe_0000), length: 16), IPPrefix(IPAddress(v6: 0xfe80 << 112), length: 10),
    ]

    fileprivate static func decode(_ field: Field, _ meta: ObjectMeta) -> IPPool? {
        guard let spec = field.object(ifAbsent: .empty) else { return nil }
        let vxlan = encapsulation(spec["vxlanMode"])
        let ipip = encapsulation(spec["ipipMode"])
        if vxlan != .never, ipip != .never {
            spec["ipipMode"].error(
                .forbidden("IPIPMode and VXLANMode cannot both be enabled"),
                notes: [spec["vxlanMode"].note("VXLAN is \(vxlan.rawValue)")])
        }
        for use in spec["allowedUses"].items() { _ = use.requiredChoice(AllowedUse.allCases) }
        if spec["assignmentMode"].node?.text != "" { _ = spec["assignmentMode"].choice(AssignmentMode.allCases) }
        _ = spec["nodeSelector"].selector(global: .anywhere)
        _ = spec["namespaceSelector"].selector(global: .anywhere)
        guard let cidr = cidr(spec) else { return nil }
        if cidr.family == .v6, ipip != .never {
            spec["ipipMode"].error(.forbidden("IPIPMode other than 'Never' is not supported on an IPv6 IP pool"))
        }
        return IPPool(
            meta: meta, cidr: cidr, usesVXLAN: vxlan != .never, usesIPIP: ipip != .never,
            alwaysEncapsulates: vxlan == .always || ipip == .always)
    }

    private static func encapsulation(_ field: Field) -> Encapsulation {
        guard field.node?.text != "" else { return .never }
        return field.choice(Encapsulation.allCases) ?? .never
    }

    private static func cidr(_ spec: ObjectDecoder) -> IPPrefix? {
        let field = spec["cidr"]
        guard let text = field.requiredString("IPPool CIDR must be specified") else { return nil }
        guard let parsed = IPPrefix.parse(text) else {
            field.error(.notABlock(text))
            return nil
        }
        let prefix = parsed.prefix
        if parsed.hasHostBits { field.error(.ruleNetHostBits(text, masked: "\(prefix)")) }
        let blockSize = blockSize(spec["blockSize"], prefix.family)
        if spec["disabled"].bool() != true, Int(prefix.length) > blockSize {
            field.error(.invalidValue(text, "IP pool size is too small: it must hold a block of /\(blockSize)"))
        }
        for reserved in linkLocal where reserved.contains(prefix) || prefix.contains(reserved) {
            field.error(.invalidValue(text, "IP pool range overlaps with the link-local range \(reserved)"))
        }
        return prefix
    }

    private static func blockSize(_ field: Field, _ family: IPFamily) -> Int {
        let range = family == .v4 ? 20...32 : 116...128
        let size = field.integer() ?? 0
        guard size != 0 else { return family == .v4 ? 26 : 122 }
        if !range.contains(size) { field.error(.notBetween(size, range)) }
        return size
    }
}
