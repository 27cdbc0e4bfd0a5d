import NetTypes

/// A packet of a case with what becomes of it.
struct CasePacket {
    enum Outcome: String {
        case allow
        case deny
        /// No untracked policy decided.
        case none
        /// A policy was reached that the endpoint names but nobody delivered.
        case error
    }

    /// After destination translation.
    var key: FlowKey
    /// Before destination translation, where that differs.
    var original: FlowKey?
    var isFromHost: Bool
    var isToHost: Bool
    /// Of another address family than the policy is compiled for: means nothing here.
    var isArtificial: Bool
    var expected: Outcome
    /// Actions of the rules met, and `deny` at the end of a tier or of the profiles.
    var expectedTrace: [String]?
    var expectedRuleIDs: [Double]?
}

extension CasePacket {
    init(_ value: JSONValue, at path: String, compiledFor family: IPFamily) throws(CorpusFault) {
        let object = try CaseObject(
            value, at: path,
            known: [
                "ipVersion", "proto", "src", "dst", "sport", "dport", "icmpType", "icmpCode", "preNATDst",
                "preNATDport", "fromHost", "toHost", "expect", "expectTrace", "expectRuleIDs", "unspecified",
                "artificial",
            ])
        isFromHost = try object.bool("fromHost") ?? false
        isToHost = try object.bool("toHost") ?? false
        guard let expected = Outcome(rawValue: try object.requiredString("expect")) else {
            throw object.mistyped("expect", "an outcome")
        }
        self.expected = expected
        expectedTrace = object["expectTrace"] == nil ? nil : try object.strings("expectTrace")
        expectedRuleIDs = try Self.ruleIDs(object)
        isArtificial = try object.bool("artificial") ?? false
        key = try Self.key(object)
        let version = try object.family("ipVersion")
        guard isArtificial || (key.family == family && version == family) else {
            throw object.mistyped("ipVersion", "the version that the policy is compiled for")
        }
        var original = key
        original.destination = try object.address("preNATDst") ?? key.destination
        if key.transport == .ports {
            original.destinationPort = try object.integer("preNATDport", UInt16.self) ?? key.destinationPort
        }
        if original != key { self.original = original }
    }

    private static func ruleIDs(_ object: CaseObject) throws(CorpusFault) -> [Double]? {
        guard object["expectRuleIDs"] != nil else { return nil }
        var ids: [Double] = []
        for item in try object.array("expectRuleIDs") {
            guard case .number(let id) = item else { throw object.mistyped("expectRuleIDs", "a list of numbers") }
            ids.append(id)
        }
        return ids
    }

    /// Fields that the packet's protocol has no place for were left at 0 by the test; they don't count. Protocol 1
    /// inside IPv6 is not ICMPv6: what its header says stays unread.
    private static func key(_ object: CaseObject) throws(CorpusFault) -> FlowKey {
        guard let source = try object.address("src"), let destination = try object.address("dst"),
            let proto = try object.integer("proto", UInt8.self).map({ IPProtocol($0) })
        else { throw object.mistyped("src, dst, proto", "all there") }
        if proto.hasPorts {
            return .ports(
                proto, from: source, try object.integer("sport", UInt16.self) ?? 0, to: destination,
                try object.integer("dport", UInt16.self) ?? 0)
        }
        if proto == .icmp(of: destination.family) {
            return .icmp(
                from: source, to: destination, type: try object.integer("icmpType", UInt8.self) ?? 0,
                code: try object.integer("icmpCode", UInt8.self) ?? 0)
        }
        return .opaque(proto, from: source, to: destination)
    }
}
