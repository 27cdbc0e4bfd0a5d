public import NetTypes

/// What the IP header and, in IPv6, its extension headers say.
public struct NetworkHeader: Hashable, Sendable {
    public var source: IPAddress
    public var destination: IPAddress
    /// IPv4: the protocol field. IPv6: the header behind the extension headers 0, 43, 44, 51 and 60; when the chain
    /// breaks off, the last next-header value that was read.
    public var proto: IPProtocol
    /// Offset of the fixed header in the frame.
    public var offset: Int
    /// Bytes of the whole IP packet, headers included, as the header claims.
    public var length: Int
    /// Of these, bytes in the capture.
    public var capturedLength: Int
    /// The total length field as written, IPv4 only.
    public var totalLengthField: UInt16?
    /// Type of service or traffic class; the low two bits are the congestion notification.
    public var trafficClass: UInt8
    /// Time to live or hop limit.
    public var timeToLive: UInt8
    public var fragment: Fragment
    public var extensions: ExtensionChain
    /// There is an IPv6 authentication header in the chain.
    public var isAuthenticated = false
    /// Set when the kernel's IP layer discards the packet before any hook sees it.
    public var defect: NetworkDefect?

    public var family: IPFamily { destination.family }
}

/// A packet's place in a fragmented datagram.
public struct Fragment: Hashable, Sendable {
    public enum Position: UInt8, Hashable, Sendable {
        case whole = 0
        case first = 1
        case later = 2
    }

    public var position: Position
    /// Offset of its data in the datagram, in bytes.
    public var dataOffset: Int
    /// Whether more fragments follow.
    public var moreFollow: Bool
    public var identification: UInt32
    /// Offset in the frame of the IPv6 fragment header; there is one in an atomic fragment (RFC 6946), too, whose
    /// `position` is `.whole`.
    public var headerOffset: Int?
    /// Offset in the frame of the next-header byte that announces it, and so of the byte to mend when it is removed.
    public var announcedAt: Int?

    static func whole(identification: UInt32) -> Fragment {
        Fragment(position: .whole, dataOffset: 0, moreFollow: false, identification: identification)
    }

    /// Whether the kernel's defragmentation takes it: every fragment, and an atomic one.
    public var needsReassembly: Bool { position != .whole || headerOffset != nil }
}

/// How far the IPv6 extension headers could be read; always `.complete` for IPv4.
public enum ExtensionChain: UInt8, Hashable, Sendable {
    case complete
    /// The packet ends within the chain: the kernel finds no protocol, connection tracking says invalid.
    case broken
    /// The snapshot length cut the packet within the chain: nobody can tell the protocol.
    case cut
}

/// Why the kernel's IP layer discards a packet (`ip_rcv_core`, `ip6_rcv_core`).
public enum NetworkDefect: UInt8, Hashable, Sendable, CaseIterable {
    /// IPv4 total length below the header length.
    case lengthBelowHeader
    /// The header claims more bytes than the frame has.
    case lengthBeyondFrame
    /// IPv6 payload length 0 with a hop-by-hop header, but no valid jumbo payload option.
    case jumboPayload

    /// Stable, for counters and reports.
    public var word: String {
        switch self {
        case .lengthBelowHeader: "ip-length-below-header"
        case .lengthBeyondFrame: "ip-length-beyond-frame"
        case .jumboPayload: "ipv6-jumbo-payload"
        }
    }
}
