import NetTypes
import PolicyTesting
import Testing

/// One condition of a rule against one address or protocol number: `net_match` and `protocol_match` of the Felix corpus,
/// as policy of an endpoint with a packet.
struct CorpusMatchTests {
    @Test(.enabled(if: FelixCorpus.file("net_match") != nil, FelixCorpus.absence))
    func nets() throws {
        try Self.run("net_match", format: "net-match/1") { id, value in
            let object = try CaseObject(value, at: id, known: ["case", "origin", "nets", "ip", "match"])
            guard let address = try object.address("ip"), let matches = try object.bool("match") else {
                throw object.mistyped("ip, match", "both there")
            }
            let side = CaseRule.Side(nets: try object.prefixes("nets"))
            let other = Self.address(of: address.family)
            return [
                Self.packetCase(
                    id, CaseRule(action: .allow, source: side), .opaque(IPProtocol(253), from: address, to: other),
                    matches),
                Self.packetCase(
                    id, CaseRule(action: .allow, destination: side),
                    .opaque(IPProtocol(253), from: other, to: address), matches),
            ]
        }
    }

    @Test(.enabled(if: FelixCorpus.file("protocol_match") != nil, FelixCorpus.absence))
    func protocols() throws {
        try Self.run("protocol_match", format: "protocol-match/1") { id, value in
            let object = try CaseObject(value, at: id, known: ["case", "origin", "rule", "packetProtocol", "match"])
            guard let rule = try object.object("rule", known: ["protocol", "notProtocol"]),
                let number = try object.integer("packetProtocol", UInt8.self),
                let matches = try object.bool("match")
            else { throw object.mistyped("rule, packetProtocol, match", "all there") }
            let caseRule = CaseRule(
                action: .allow, proto: try CaseRule.proto(rule, "protocol"),
                notProto: try CaseRule.proto(rule, "notProtocol"))
            return IPFamily.allCases.map { family in
                Self.packetCase(id, caseRule, Self.packet(IPProtocol(number), family), matches)
            }
        }
    }

    // MARK: Running a file

    /// Each case becomes one or more packet cases, all of which must hold.
    private static func run(
        _ file: String, format: String, _ packetCases: (String, JSONValue) throws -> [PacketCase]
    ) throws {
        var report = CaseReport(file)
        let cases = try FelixCorpus.cases(file, format: format)
        var answers = 0
        for (id, value) in cases {
            report.check(id) {
                let packets = try packetCases(id, value)
                var judge = try PacketJudge(
                    packets, try PacketCluster(packets), engines: [.reference, .matcher, .nft])
                let differences = try judge.differences()
                answers += judge.asked
                return differences.flatMap(\.self)
            }
        }
        report.note("\(answers) answers of 3 engines")
        report.finish()
    }

    private static func packetCase(_ id: String, _ rule: CaseRule, _ key: FlowKey, _ matches: Bool) -> PacketCase {
        let policy = CasePolicy(name: "policy", rules: [rule])
        let packet = CasePacket(
            key: key, original: nil, isFromHost: false, isToHost: false, isArtificial: false,
            expected: matches ? .allow : .deny)
        return PacketCase(id: id, tiers: [CaseTier(passesAtEnd: false, policies: [policy])], packets: [packet])
    }

    private static func packet(_ proto: IPProtocol, _ family: IPFamily) -> FlowKey {
        let (source, destination) = (address(of: family, 1), address(of: family, 2))
        if proto.hasPorts { return .ports(proto, from: source, 1, to: destination, 2) }
        if proto == .icmp(of: family) { return .icmp(from: source, to: destination, type: 8, code: 0) }
        return .opaque(proto, from: source, to: destination)
    }

    private static func address(of family: IPFamily, _ number: UInt32 = 1) -> IPAddress {
        family == .v4 ? IPAddress(v4: 192 << 24 | 2 << 8 | number) : IPAddress(v6: 0xfc << 120 | UInt128(number))
    }
}
