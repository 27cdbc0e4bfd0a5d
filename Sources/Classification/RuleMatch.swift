public import NetTypes

/// The IP versions that a rule exists for.
@frozen public struct FamilySet: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let v4 = FamilySet(rawValue: 1)
    public static let v6 = FamilySet(rawValue: 2)
    public static let both: FamilySet = [.v4, .v6]

    @inlinable public init(_ family: IPFamily) { self = family == .v4 ? .v4 : .v6 }
    @inlinable public func contains(_ family: IPFamily) -> Bool { contains(FamilySet(family)) }
    public var families: [IPFamily] { IPFamily.allCases.filter { contains($0) } }
}

/// Ports by number or by membership: holds when **any** entry does.
public struct PortMatch: Hashable, Sendable {
    /// Sorted, disjoint, not touching. Meaningful for packets whose transport is `.ports`.
    public var ranges: [PortRange]
    /// Triple sets: (address of this side, protocol, port of this side) is a member.
    public var namedSets: [IPSetID]

    public init(ranges: [PortRange], namedSets: [IPSetID]) {
        self.ranges = ranges
        self.namedSets = namedSets
    }
}

/// The conditions on one end of the packet; all of them must hold.
public struct SideMatch: Hashable, Sendable {
    /// The address is a member of **every** one of these address sets.
    public var inSets: [IPSetID]
    /// The address is a member of **none** of these address sets.
    public var notInSets: [IPSetID]
    /// (address, protocol, port) is a member of every one of these triple sets (services, destination form).
    public var tripleSets: [IPSetID]
    public var ports: PortMatch?
    /// No range and no set of it may match. A packet whose transport header cannot be read fails it all the same
    /// (calico.md 3.1); with `ranges` the packet must have ports.
    public var notPorts: PortMatch?

    public init(
        inSets: [IPSetID] = [], notInSets: [IPSetID] = [], tripleSets: [IPSetID] = [], ports: PortMatch? = nil,
        notPorts: PortMatch? = nil
    ) {
        self.inSets = inSets
        self.notInSets = notInSets
        self.tripleSets = tripleSets
        self.ports = ports
        self.notPorts = notPorts
    }

    public static let any = SideMatch()
    public var isAny: Bool { self == .any }
}

/// ICMP type and perhaps code, of the packet's own family (ICMP in IPv4, ICMPv6 in IPv6).
public struct ICMPMatch: Hashable, Sendable {
    public var type: UInt8
    public var code: UInt8?
    public init(type: UInt8, code: UInt8?) {
        self.type = type
        self.code = code
    }
}

/// When a rule matches: all conditions hold (calico.md 3.1).
public struct RuleMatch: Hashable, Sendable {
    /// Never empty: a rule that exists for no family is not in the tree.
    public var families: FamilySet
    public var protocols: ProtocolSet
    public var source: SideMatch
    public var destination: SideMatch
    public var icmp: ICMPMatch?
    /// The packet is ICMP of its family and type (and code, if given) differ as a pair (T44).
    public var notICMP: ICMPMatch?

    public init(
        families: FamilySet = .both, protocols: ProtocolSet = .all, source: SideMatch = .any,
        destination: SideMatch = .any, icmp: ICMPMatch? = nil, notICMP: ICMPMatch? = nil
    ) {
        self.families = families
        self.protocols = protocols
        self.source = source
        self.destination = destination
        self.icmp = icmp
        self.notICMP = notICMP
    }
}
