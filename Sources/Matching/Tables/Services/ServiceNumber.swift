import NetTypes

/// What a packet's protocol and transport header say, as one number of 24 bits: `protocol << 16 | detail`.
///
/// ```
/// TCP, UDP, SCTP, UDP-Lite, DCCP   detail = destination port
/// the family's own ICMP            detail = type << 8 | code
/// every other protocol             detail = 0 (whatever stands there means the same)
/// ```
/// A packet whose transport header cannot be read has no such number: `unreadable`.
enum ServiceNumber {
    /// Numbers are below this.
    static let count: UInt32 = 1 << 24
    static let unreadable = UInt32.max

    /// The protocols whose detail is a port, ascending.
    static let withPorts: [IPProtocol] = [.tcp, .udp, .dccp, .sctp, .udplite]

    static func number(_ proto: IPProtocol, _ detail: UInt16) -> UInt32 {
        UInt32(proto.rawValue) << 16 | UInt32(detail)
    }

    /// The number of a packet; `unreadable` too where its transport is not what its protocol leads to.
    static func number(of key: FlowKey) -> UInt32 {
        let icmp = IPProtocol.icmp(of: key.family)
        switch key.transport {
        case .ports where key.proto.hasPorts: return number(key.proto, key.destinationPort)
        case .icmp where key.proto == icmp: return number(icmp, UInt16(key.icmpType) << 8 | UInt16(key.icmpCode))
        case .opaque where !key.proto.hasPorts && key.proto != icmp: return number(key.proto, 0)
        default: return unreadable
        }
    }
}

/// A set of service numbers: sorted, disjoint ranges that do not touch.
struct ServiceSet: Hashable, Sendable {
    /// Both ends inclusive.
    struct Range: Hashable, Sendable {
        var first: UInt32
        var last: UInt32
    }

    private(set) var ranges: [Range]

    static let all = ServiceSet(ranges: [Range(first: 0, last: ServiceNumber.count - 1)])
    static let none = ServiceSet(ranges: [])
    /// Everything that has ports.
    static let withPorts = ServiceSet(ProtocolSet(.tcp, .udp, .dccp, .sctp, .udplite))

    private init(ranges: [Range]) { self.ranges = ranges }

    init(_ number: UInt32) { ranges = [Range(first: number, last: number)] }

    /// All services of some protocols.
    init(_ protocols: ProtocolSet) {
        ranges = []
        for proto in protocols.members { append(ServiceNumber.number(proto, 0), ServiceNumber.number(proto, .max)) }
    }

    /// These ports of every protocol that has ports; `ports` are sorted and disjoint.
    init(ports: [PortRange]) {
        ranges = []
        for proto in ServiceNumber.withPorts {
            for range in ports {
                append(ServiceNumber.number(proto, range.first), ServiceNumber.number(proto, range.last))
            }
        }
    }

    /// ICMP of one type, and perhaps one code.
    init(_ icmp: ICMPPattern, of family: IPFamily) {
        let (first, last) = (
            UInt16(icmp.type) << 8 | UInt16(icmp.code ?? 0), UInt16(icmp.type) << 8 | UInt16(icmp.code ?? 255)
        )
        let proto = IPProtocol.icmp(of: family)
        ranges = [Range(first: ServiceNumber.number(proto, first), last: ServiceNumber.number(proto, last))]
    }

    struct ICMPPattern {
        var type: UInt8
        var code: UInt8?
    }

    /// Appends a range behind all others.
    private mutating func append(_ first: UInt32, _ last: UInt32) {
        if let previous = ranges.last, first <= previous.last + 1 {
            ranges[ranges.count - 1].last = max(previous.last, last)
        } else {
            ranges.append(Range(first: first, last: last))
        }
    }

    func intersection(_ other: ServiceSet) -> ServiceSet {
        if self == .all { return other }
        if other == .all { return self }
        var result = ServiceSet.none
        var (mine, theirs) = (0, 0)
        while mine < ranges.count, theirs < other.ranges.count {
            let (a, b) = (ranges[mine], other.ranges[theirs])
            let (first, last) = (max(a.first, b.first), min(a.last, b.last))
            if first <= last { result.append(first, last) }
            if a.last < b.last { mine += 1 } else { theirs += 1 }
        }
        return result
    }

    var inverted: ServiceSet {
        var result = ServiceSet.none
        var next: UInt32 = 0
        for range in ranges {
            if range.first > next { result.append(next, range.first - 1) }
            next = range.last + 1
        }
        if next < ServiceNumber.count { result.append(next, ServiceNumber.count - 1) }
        return result
    }

    func subtracting(_ other: ServiceSet) -> ServiceSet { intersection(other.inverted) }
}
