/// What the link layer says about a packet.
public struct LinkFacts: Hashable, Sendable {
    /// VLAN id of the outermost tag, 0…4095.
    public var vlan: UInt16?
    /// In `any` captures: which way the frame went.
    public var packetType: CookedPacketType?
    /// In `any` captures of version 2: index of the interface on the capturing host.
    public var interfaceIndex: UInt32?
    /// Headers between the link layer proper and IP.
    public var encapsulations: Encapsulations = []

    public init() {}

    /// What lay around the IP packet besides plain Ethernet or VLAN tags. A node's IP layer gets such packets only
    /// from an interface made for it, so they are facts to count by.
    public struct Encapsulations: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let vlan = Encapsulations(rawValue: 1)
        public static let mpls = Encapsulations(rawValue: 2)
        public static let pppoe = Encapsulations(rawValue: 4)
        /// IEEE 802.2 with or without SNAP.
        public static let logicalLink = Encapsulations(rawValue: 8)
        /// Ethernet within MPLS (RFC 4448).
        public static let pseudowire = Encapsulations(rawValue: 16)
    }
}

/// The packet type of Linux cooked captures (`linux/if_packet.h`, `PACKET_HOST` and following).
public enum CookedPacketType: UInt16, Hashable, Sendable {
    /// Received, addressed to this host at the link layer.
    case host = 0
    case broadcast = 1
    case multicast = 2
    /// Received in promiscuous mode: addressed to another host.
    case otherHost = 3
    /// Sent by this host; a forwarded packet shows up once as received and once so.
    case outgoing = 4

    /// Whether the frame came in.
    public var isReceived: Bool { self != .outgoing }
}
