public import NetTypes

/// One end of a packet.
public enum PacketEnd: String, Hashable, Sendable, CaseIterable {
    case source
    case destination
}

/// Interfaces by name.
public enum InterfacePattern: Hashable, Sendable {
    case exactly(String)
    /// Every name that starts so.
    case startingWith(String)
}

/// Whether the value must or must not be there. In both cases the packet must have the field at all: a load that
/// fails ends the rule without a match (`NFT_BREAK`).
public enum NftRelation: Hashable, Sendable {
    case equal
    case notEqual
}

/// Something of a packet that can be looked up in a set.
public enum NftField: Hashable, Sendable {
    case inputInterface
    case outputInterface
    /// The transport protocol, in IPv6 the one after all extension headers.
    case l4proto
    case address(IPFamily, PacketEnd)
    /// Two bytes of the transport header, whatever the protocol.
    case port(PacketEnd)
}

/// States of connection tracking, as bits of the kernel's `enum ip_conntrack_info` (`NF_CT_STATE_BIT`).
public struct ConntrackStates: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let invalid = ConntrackStates(rawValue: 1)
    public static let established = ConntrackStates(rawValue: 2)
    public static let related = ConntrackStates(rawValue: 4)
}

/// One condition of a rule.
public enum NftMatch: Hashable, Sendable {
    case inputInterface(InterfacePattern)
    case outputInterface(InterfacePattern)
    case family(IPFamily)
    case l4proto(NftRelation, IPProtocol)
    case conntrack(ConntrackStates)
    /// The packet must be of the block's family already: address loads do not look at the version.
    case address(PacketEnd, NftRelation, IPPrefix)
    case port(PacketEnd, NftRelation, PortRange)
    /// The two bytes where that end's port would be can be read.
    case transportReadable(PacketEnd)
    /// Behind `family` and `l4proto` of that family's ICMP.
    case icmpType(IPFamily, NftRelation, ClosedRange<UInt8>)
    /// Type and code as a pair, loaded at once so that its negation is the negation of the pair.
    case icmpTypeAndCode(NftRelation, type: UInt8, code: UInt8)
    /// Membership in a named set; several fields make a concatenated key.
    case lookup([NftField], NftRelation, set: String)
}
