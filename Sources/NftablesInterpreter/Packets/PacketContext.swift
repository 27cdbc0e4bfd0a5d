public import NetTypes

/// A packet as it stands before a hook, with what the kernel knows about it beside its bytes.
public struct PacketContext: Sendable {
    /// A network device.
    public struct Interface: Hashable, Sendable {
        public let name: String
        /// ifindex; 0 where nobody asks for it.
        public let index: UInt32
        /// The name as registers hold it: 16 bytes (IFNAMSIZ), zero padded.
        let paddedName: [UInt8]

        public init(_ name: String, index: UInt32 = 0) {
            self.name = name
            self.index = index
            let bytes = Array(name.utf8.prefix(Self.nameLength - 1))
            paddedName = bytes + Array(repeating: 0, count: Self.nameLength - bytes.count)
        }

        static let nameLength = 16
        /// What stands for a device that is not there.
        static let noName: [UInt8] = Array(repeating: 0, count: nameLength)
    }

    /// What connection tracking attached to the packet at priority -200 of prerouting or output.
    public enum Connection: Hashable, Sendable {
        public enum State: Hashable, Sendable { case new, established, related }
        /// Tracking refused the packet: no connection, state `invalid`.
        case invalid
        /// Exempt: a `notrack`, or neighbour discovery.
        case untracked
        /// - Parameters:
        ///   - status: `IPS_…` bits of linux/netfilter/nf_conntrack_common.h, 0x20 being "destination translated".
        ///   - mark: the connection's mark.
        case tracked(State, status: UInt32 = 0, mark: UInt32 = 0)
    }

    /// From the IP header on, cut to the header's total length.
    public let bytes: [UInt8]
    /// Device that it came in by; `nil` for a packet of the node itself.
    public var input: Interface?
    /// Device that it goes out by, once routed; `nil` for one that the node itself receives.
    public var output: Interface?
    public var connection: Connection
    /// It has its connection already when it comes to prerouting: the node sent it to itself, by the loopback device.
    public var isTracked: Bool
    public var mark: UInt32
    /// Answers of the routing table.
    public var routes: @Sendable (FibQuery) -> FibAnswer

    let headers: PacketHeaders

    /// - Parameter bytes: from the IP header on; what follows the packet's own length (Ethernet padding) is ignored.
    /// - Throws: when the kernel would not let these bytes reach any hook.
    public init(
        _ bytes: [UInt8], input: Interface?, output: Interface?, connection: Connection, isTracked: Bool = false,
        mark: UInt32 = 0, routes: @escaping @Sendable (FibQuery) -> FibAnswer = { _ in .none }
    ) throws(PacketFault) {
        let (headers, length) = try PacketHeaders.parse(bytes)
        self.bytes = length == bytes.count ? bytes : Array(bytes.prefix(length))
        self.headers = headers
        self.input = input
        self.output = output
        self.connection = connection
        self.isTracked = isTracked
        self.mark = mark
        self.routes = routes
    }

    public var family: IPFamily { headers.family }
}

/// Why bytes are no packet that a hook could see (ip_rcv_core, ip6_rcv_core).
public enum PacketFault: Error, Hashable, Sendable {
    case notIP
    /// Fewer bytes than the header needs or declares.
    case truncated(needed: Int, found: Int)
}

/// A question of the `fib` expression.
public struct FibQuery: Hashable, Sendable {
    public enum Wanted: Hashable, Sendable {
        case interface
        case addressType
    }

    public var wanted: Wanted
    /// The packet's source or destination.
    public var address: IPAddress
    /// The mark that takes part in routing (`. mark`).
    public var mark: UInt32?
}

/// The routing table's answer.
public enum FibAnswer: Hashable, Sendable {
    /// No route, or one to the node itself.
    case none
    /// The device that the best route leads through. A question about one device compares it with that.
    case interface(PacketContext.Interface)
    /// `RTN_…` of linux/rtnetlink.h: 1 unicast, 2 local, …
    case addressType(UInt32)
}
