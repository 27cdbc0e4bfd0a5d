import NetTypes

/// One rule of a packet case.
struct CaseRule {
    /// One end of the packet. The names are those of the case's IP sets.
    struct Side {
        var nets: [IPPrefix] = []
        var notNets: [IPPrefix] = []
        var ports: [PortRange] = []
        var notPorts: [PortRange] = []
        /// All must hold the address.
        var ipSets: [String] = []
        /// None may hold it.
        var notIPSets: [String] = []
        /// One list with `ports`.
        var namedPortIPSets: [String] = []
        var notNamedPortIPSets: [String] = []
        /// All must hold address, protocol and port.
        var ipPortSets: [String] = []
    }

    var action: RuleAction
    var proto: IPProtocol?
    var notProto: IPProtocol?
    var ipVersion: IPFamily?
    var icmp: (type: UInt8, code: UInt8?)?
    var notICMP: (type: UInt8, code: UInt8?)?
    var source = Side()
    var destination = Side()
    /// What a trace shows for this rule.
    var id: Double?
}

extension CaseRule {
    init(_ value: JSONValue, at path: String) throws(CorpusFault) {
        let object = try CaseObject(
            value, at: path,
            known: [
                "action", "protocol", "notProtocol", "ipVersion", "icmp", "notICMP", "source", "destination", "id",
            ])
        action = try Self.action(object)
        proto = try Self.proto(object, "protocol")
        notProto = try Self.proto(object, "notProtocol")
        ipVersion = try object.family("ipVersion")
        icmp = try Self.icmp(object, "icmp")
        notICMP = try Self.icmp(object, "notICMP")
        source = try Self.side(object, "source")
        destination = try Self.side(object, "destination")
        id = try object.number("id")
    }

    private static func action(_ object: CaseObject) throws(CorpusFault) -> RuleAction {
        switch try object.requiredString("action").lowercased() {
        case "allow": .allow
        case "deny": .deny
        case "pass", "next-tier": .pass
        case "log": .log
        default: throw object.mistyped("action", "a known action")
        }
    }

    /// A name in any case, or a number.
    static func proto(_ object: CaseObject, _ name: String) throws(CorpusFault) -> IPProtocol? {
        guard case .string(let text)? = object[name] else {
            return try object.integer(name, UInt8.self).map { IPProtocol($0) }
        }
        guard let known = IPProtocol.calicoNames.first(where: { $0.name.lowercased() == text.lowercased() }) else {
            throw object.mistyped(name, "a protocol")
        }
        return known.proto
    }

    private static func icmp(_ object: CaseObject, _ name: String) throws(CorpusFault) -> (type: UInt8, code: UInt8?)? {
        guard let icmp = try object.object(name, known: ["type", "code"]) else { return nil }
        guard let type = try icmp.integer("type", UInt8.self) else { throw icmp.mistyped("type", "a number") }
        return (type, try icmp.integer("code", UInt8.self))
    }

    private static func side(_ rule: CaseObject, _ name: String) throws(CorpusFault) -> Side {
        let fields: Set<String> = [
            "nets", "notNets", "ports", "notPorts", "ipSets", "notIPSets", "namedPortIPSets", "notNamedPortIPSets",
            "ipPortSets",
        ]
        guard let object = try rule.object(name, known: fields) else { return Side() }
        return Side(
            nets: try object.prefixes("nets"), notNets: try object.prefixes("notNets"),
            ports: try ranges(object, "ports"), notPorts: try ranges(object, "notPorts"),
            ipSets: try object.strings("ipSets"), notIPSets: try object.strings("notIPSets"),
            namedPortIPSets: try object.strings("namedPortIPSets"),
            notNamedPortIPSets: try object.strings("notNamedPortIPSets"),
            ipPortSets: try object.strings("ipPortSets"))
    }

    /// `[first, last]`, both inclusive.
    private static func ranges(_ object: CaseObject, _ name: String) throws(CorpusFault) -> [PortRange] {
        var ranges: [PortRange] = []
        for item in try object.array(name) {
            guard case .array(let pair) = item, pair.count == 2, case .number(let first) = pair[0],
                case .number(let last) = pair[1], let first = UInt16(exactly: first),
                let last = UInt16(exactly: last), first <= last
            else { throw object.mistyped(name, "a list of port ranges") }
            ranges.append(PortRange(first, last))
        }
        return ranges
    }
}

extension CaseObject {
    /// 4 or 6.
    func family(_ name: String) throws(CorpusFault) -> IPFamily? {
        switch try number(name) {
        case nil: nil
        case 4?: .v4
        case 6?: .v6
        default: throw mistyped(name, "an IP version")
        }
    }

    func prefixes(_ name: String) throws(CorpusFault) -> [IPPrefix] {
        var prefixes: [IPPrefix] = []
        for text in try strings(name) {
            guard let prefix = IPPrefix(text) else { throw mistyped(name, "a list of blocks") }
            prefixes.append(prefix)
        }
        return prefixes
    }

    func address(_ name: String) throws(CorpusFault) -> IPAddress? {
        guard let text = try string(name) else { return nil }
        guard let address = IPAddress(text) else { throw mistyped(name, "an address") }
        return address
    }
}
