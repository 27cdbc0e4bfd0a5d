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

/// One bit of the packet's mark; the others belong to whoever set them.
public struct MarkBit: Hashable, Sendable {
    /// With exactly one bit set.
    public let mask: UInt32

    /// The lowest bit of a mask, as Felix takes its bits from its own (calico.md 5.2); of an empty one that of Felix's
    /// default.
    public init(lowestOf mask: UInt32) { self.mask = mask == 0 ? 0x1_0000 : mask & (~mask &+ 1) }
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
    /// The packet's mark has this bit.
    case marked(MarkBit)
    /// Connection tracking replaced the destination of the packet's connection. A packet without connection does not
    /// match.
    case destinationTranslated
    /// No interface: the node itself sends the packet. Holds at output and postrouting (there since Linux 5.7).
    case locallyGenerated
    /// The route back to the source does not lead through the interface that the packet came in by. For prerouting.
    case reversePathMissing
    /// Membership in a named set; several fields make a concatenated key.
    case lookup([NftField], NftRelation, set: String)
}
