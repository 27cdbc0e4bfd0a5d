/// What a built packet has besides its flow key. The defaults make the packet that connection tracking calls new:
/// a TCP SYN, an SCTP INIT, an ICMP query with identifier 0.
public struct PacketOptions: Hashable, Sendable {
    /// Time to live or hop limit. A router needs at least 2.
    public var timeToLive: UInt8 = 64
    /// Of the IPv4 header.
    public var identification: UInt16 = 0
    public var dontFragment = false
    public var trafficClass: UInt8 = 0
    public var tcpFlags: TCPFlags = .syn
    public var tcpSequence: UInt32 = 1
    public var tcpAcknowledgement: UInt32 = 0
    /// The verification tag: 0 with an INIT chunk, else the tag that the peer's INIT or INIT-ACK gave.
    public var sctpVerificationTag: UInt32 = 0
    public var sctpChunks: [SCTPChunk] = [.initiate(tag: 1)]
    public var icmpIdentifier: UInt16 = 0
    public var icmpSequence: UInt16 = 0
    /// The packet that an ICMP error quotes, from its IP header on. With it, identifier and sequence are left 0.
    public var icmpQuote: [UInt8] = []
    /// Between the IPv6 header and the transport header, in this order.
    public var extensionHeaders: [IPv6Extension] = []
    /// Behind the transport header. Protocols without a header of ours get 8 zero bytes when it is empty.
    public var payload: [UInt8] = []

    public init() {}
}

/// One chunk of an SCTP packet (RFC 9260, 3.2).
public struct SCTPChunk: Hashable, Sendable {
    public var type: UInt8
    public var flags: UInt8
    /// What follows the 4 header bytes; the padding is added when the packet is built.
    public var value: [UInt8]

    public init(type: UInt8, flags: UInt8 = 0, value: [UInt8] = []) {
        self.type = type
        self.flags = flags
        self.value = value
    }

    /// INIT: the initiate tag, then window, streams out and in, first TSN.
    public static func initiate(tag: UInt32) -> SCTPChunk {
        SCTPChunk(type: 1, value: openingParameters(tag))
    }

    public static func initiateAck(tag: UInt32) -> SCTPChunk {
        SCTPChunk(type: 2, value: openingParameters(tag))
    }

    public static let cookieEcho = SCTPChunk(type: 10, value: [1, 2, 3, 4])
    public static let cookieAck = SCTPChunk(type: 11)

    /// A whole message: TSN, stream 0, sequence 0, protocol 0, then the bytes.
    public static func data(_ bytes: [UInt8]) -> SCTPChunk {
        let unfragmented: UInt8 = 0x03
        return SCTPChunk(
            type: 0, flags: unfragmented, value: UInt32(1).bigEndianBytes + [UInt8](repeating: 0, count: 8) + bytes)
    }

    private static func openingParameters(_ tag: UInt32) -> [UInt8] {
        tag.bigEndianBytes + UInt32(65536).bigEndianBytes + UInt16(1).bigEndianBytes + UInt16(1).bigEndianBytes
            + UInt32(1).bigEndianBytes
    }

    var bytes: [UInt8] {
        let length = UInt16(truncatingIfNeeded: value.count + 4)
        let padding = [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
        return [type, flags] + length.bigEndianBytes + value + padding
    }
}

/// An IPv6 extension header to build into a packet.
public enum IPv6Extension: Hashable, Sendable {
    /// Padding alone.
    case hopByHop
    /// Padding alone.
    case destinationOptions
    /// Type 2 with no segment left: the packet is at its destination's doorstep, routers ignore the header.
    case routing
    /// A zeroed check value of 12 bytes.
    case authentication
    /// A fragment header on a whole packet (RFC 6946).
    case atomicFragment(identification: UInt32)

    var type: UInt8 {
        switch self {
        case .hopByHop: IPv6Layout.hopByHop
        case .destinationOptions: IPv6Layout.destinationOptions
        case .routing: IPv6Layout.routing
        case .authentication: IPv6Layout.authentication
        case .atomicFragment: IPv6Layout.fragment
        }
    }

    func bytes(nextHeader: UInt8) -> [UInt8] {
        switch self {
        case .hopByHop, .destinationOptions:
            [nextHeader, 0, 1, 4, 0, 0, 0, 0]  // PadN of 4
        case .routing:
            [nextHeader, 2, 2, 0] + [UInt8](repeating: 0, count: 20)
        case .authentication:
            [nextHeader, 4] + [UInt8](repeating: 0, count: 22)
        case .atomicFragment(let identification):
            [nextHeader, 0, 0, 0] + identification.bigEndianBytes
        }
    }
}
