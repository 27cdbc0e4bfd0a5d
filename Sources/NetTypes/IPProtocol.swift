/// An IP protocol number (IPv4 `protocol`, IPv6: the transport header after all extension headers).
@frozen public struct IPProtocol: RawRepresentable, Hashable, Comparable, Sendable {
    public let rawValue: UInt8

    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
    @inlinable public init(_ number: UInt8) { self.rawValue = number }

    public static let icmp = IPProtocol(1)
    public static let ipip = IPProtocol(4)
    public static let tcp = IPProtocol(6)
    public static let udp = IPProtocol(17)
    public static let dccp = IPProtocol(33)
    public static let icmpv6 = IPProtocol(58)
    public static let sctp = IPProtocol(132)
    public static let udplite = IPProtocol(136)

    @inlinable public static func < (a: IPProtocol, b: IPProtocol) -> Bool { a.rawValue < b.rawValue }

    /// The ICMP of one family.
    public static func icmp(of family: IPFamily) -> IPProtocol { family == .v4 ? .icmp : .icmpv6 }

    /// Whether Calico lets a rule name ports with this protocol: TCP, UDP, SCTP.
    public var allowsPortMatch: Bool { self == .tcp || self == .udp || self == .sctp }

    /// Whether the first four bytes of its header are source and destination port.
    @inlinable public var hasPorts: Bool {
        switch rawValue {
        case 6, 17, 33, 132, 136: true
        default: false
        }
    }

    /// The names that Calico's v3 API knows, spelled as it spells them.
    public static let calicoNames: [(name: String, proto: IPProtocol)] = [
        ("TCP", .tcp), ("UDP", .udp), ("ICMP", .icmp), ("ICMPv6", .icmpv6), ("SCTP", .sctp), ("UDPLite", .udplite),
    ]

    /// Case-sensitive look-up of one of `calicoNames`.
    public init?(calicoName name: String) {
        guard let entry = IPProtocol.calicoNames.first(where: { $0.name == name }) else { return nil }
        self = entry.proto
    }
}

extension IPProtocol: CustomStringConvertible {
    /// Calico's name where there is one, else the number.
    public var description: String {
        IPProtocol.calicoNames.first { $0.proto == self }?.name ?? String(rawValue)
    }
}

/// A set of protocol numbers as 256 bits: what `protocol` and `notProtocol` of a rule come to together.
@frozen public struct ProtocolSet: Hashable, Sendable {
    @usableFromInline var words: (UInt64, UInt64, UInt64, UInt64)

    public static let all = ProtocolSet(words: (.max, .max, .max, .max))
    public static let none = ProtocolSet(words: (0, 0, 0, 0))

    @usableFromInline init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    public init(_ protocols: IPProtocol...) {
        self = .none
        for proto in protocols { insert(proto) }
    }

    @inlinable public func contains(_ proto: IPProtocol) -> Bool {
        let bit = UInt64(1) << UInt64(proto.rawValue & 63)
        switch proto.rawValue >> 6 {
        case 0: return words.0 & bit != 0
        case 1: return words.1 & bit != 0
        case 2: return words.2 & bit != 0
        default: return words.3 & bit != 0
        }
    }

    public mutating func insert(_ proto: IPProtocol) { setBit(proto, true) }
    public mutating func remove(_ proto: IPProtocol) { setBit(proto, false) }

    private mutating func setBit(_ proto: IPProtocol, _ on: Bool) {
        let bit = UInt64(1) << UInt64(proto.rawValue & 63)
        func apply(_ word: UInt64) -> UInt64 { on ? word | bit : word & ~bit }
        switch proto.rawValue >> 6 {
        case 0: words.0 = apply(words.0)
        case 1: words.1 = apply(words.1)
        case 2: words.2 = apply(words.2)
        default: words.3 = apply(words.3)
        }
    }

    public func intersection(_ other: ProtocolSet) -> ProtocolSet {
        ProtocolSet(
            words: (
                words.0 & other.words.0, words.1 & other.words.1, words.2 & other.words.2, words.3 & other.words.3
            ))
    }

    public var inverted: ProtocolSet { ProtocolSet(words: (~words.0, ~words.1, ~words.2, ~words.3)) }
    public var isEmpty: Bool { count == 0 }
    public var isAll: Bool { count == 256 }
    public var count: Int {
        words.0.nonzeroBitCount + words.1.nonzeroBitCount + words.2.nonzeroBitCount + words.3.nonzeroBitCount
    }

    /// Ascending.
    public var members: [IPProtocol] {
        (UInt8.min...UInt8.max).lazy.map { IPProtocol($0) }.filter { contains($0) }
    }

    public static func == (a: ProtocolSet, b: ProtocolSet) -> Bool { a.words == b.words }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
