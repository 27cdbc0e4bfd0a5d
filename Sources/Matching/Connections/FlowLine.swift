import NetTypes

/// One IPv4 connection of TCP or UDP in one cache line: 64 bytes.
///
/// A packet passes two emulated nodes at most, each of which has its own view of the connection. The line has room for
/// two views; what the batched judge keeps beside them (`policy`, counts) means nothing to connection tracking.
struct FlowLine: BitwiseCopyable {
    /// A is the end with the lower address; of one address, the lower port.
    var addressA: UInt32
    var addressB: UInt32
    /// A's in the upper half.
    var ports: UInt32
    var proto: UInt8
    var flags: Flags
    var firstState: ViewState
    var secondState: ViewState
    /// Whose view it is; of a line that is not resolved, only while the view is live.
    var firstNode: Int32
    var secondNode: Int32
    /// Nanoseconds of the capture's clock from which on a view is forgotten; the largest value: never.
    var firstExpiry: Int64
    var secondExpiry: Int64
    /// What policy says of a new packet in the direction that `ends` names: see `PlainDecision`.
    var egress: UInt32
    var ingress: UInt32
    /// Packets let through since they were last counted up: A's in the lower half, B's in the upper one.
    private(set) var packets: UInt64
    var hash: UInt32
    var ends: PlainEnds

    struct Flags: OptionSet, BitwiseCopyable {
        let rawValue: UInt8
        /// Seen since the eviction hand last passed.
        static let isRecent = Flags(rawValue: 1)
        /// The line is in the pool's use.
        static let isTaken = Flags(rawValue: 2)
    }

    /// One node's view, packed: TCP state (bits 0…3), opened by A (4), answered (5), live (7).
    struct ViewState: BitwiseCopyable {
        var rawValue: UInt8

        static let none = ViewState(rawValue: 0)
        static let openedByA: UInt8 = 16
        static let isAnswered: UInt8 = 32
        static let isLive: UInt8 = 128

        init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A view that a packet opens.
        @inline(__always) init(opening state: UInt8, fromA: Bool) {
            rawValue = state | (fromA ? Self.openedByA : 0) | Self.isLive
        }

        @inline(__always) var state: UInt8 { rawValue & 15 }
        @inline(__always) var isLive: Bool { rawValue & Self.isLive != 0 }
        @inline(__always) var isAnswered: Bool { rawValue & Self.isAnswered != 0 }
        @inline(__always) var isOpenedByA: Bool { rawValue & Self.openedByA != 0 }
    }

    /// A line without views.
    init(_ key: FlowLineKey, hash: UInt32) {
        addressA = key.addressA
        addressB = key.addressB
        ports = key.ports
        proto = key.proto
        flags = [.isTaken, .isRecent]
        firstState = .none
        secondState = .none
        firstNode = -1
        secondNode = -1
        firstExpiry = 0
        secondExpiry = 0
        egress = 0
        ingress = 0
        packets = 0
        self.hash = hash
        ends = .unresolved
    }

    @inline(__always) var packetsFromA: UInt32 { UInt32(truncatingIfNeeded: packets) }
    @inline(__always) var packetsFromB: UInt32 { UInt32(truncatingIfNeeded: packets >> 32) }

    /// Counts a packet that was let through. True: it is time to count up.
    @inline(__always) mutating func countPacket(fromB: UInt64) -> Bool {
        packets &+= 1 &<< (fromB &* 32)
        return packets & 0x8000_0000_8000_0000 != 0
    }

    /// Whose connection it is, and whose policy is asked. None of its views lives.
    @inline(__always) mutating func setEnds(
        _ source: PlainRecord, _ destination: PlainRecord, fromA: Bool, only: Int32
    ) {
        ends = fromA ? PlainEnds(source, destination, only: only) : PlainEnds(destination, source, only: only)
        firstNode = ends.hasFirst ? (fromA ? source.node : destination.node) : -1
        secondNode = ends.hasSecond ? (fromA ? destination.node : source.node) : -1
        (firstExpiry, secondExpiry) = (.max, .max)
    }

    @inline(__always) mutating func setPolicy(_ decisions: PlainPolicy.Decisions, fromA: Bool) {
        (egress, ingress) = (decisions.egress.raw, decisions.ingress.raw)
        ends.setPolicy(fromA: fromA)
    }

    /// What it holds was counted up.
    mutating func forgetPackets() { packets = 0 }

    @inline(__always) func matches(_ key: FlowLineKey) -> Bool {
        (addressA ^ key.addressA) | (addressB ^ key.addressB) | (ports ^ key.ports) | UInt32(proto ^ key.proto) == 0
    }

    /// Whether the line is in use, and a key's.
    @inline(__always) func isLine(of key: FlowLineKey) -> Bool { flags.contains(.isTaken) && matches(key) }

    @inline(__always) var hasView: Bool { (firstState.rawValue | secondState.rawValue) & ViewState.isLive != 0 }
}

/// What finds a line.
struct FlowLineKey: BitwiseCopyable {
    var addressA: UInt32
    var addressB: UInt32
    var ports: UInt32
    var proto: UInt8

    /// What `PlainHash` makes of it.
    func hash(_ hash: PlainHash) -> UInt32 { hash.hash(addressA, addressB, ports, proto) }
}

extension FlowLineKey {
    @inline(__always) init(_ packet: PlainPacket) {
        self.init(
            addressA: packet.addressA, addressB: packet.addressB, ports: packet.ports, proto: packet.proto)
    }

    /// `nil` for what has no line: other families and protocols.
    init?(_ tuple: FlowTuple) {
        guard tuple.family == .v4, tuple.proto == 6 || tuple.proto == 17 else { return nil }
        self.init(
            addressA: UInt32(truncatingIfNeeded: tuple.addressA), addressB: UInt32(truncatingIfNeeded: tuple.addressB),
            ports: UInt32(tuple.portA) << 16 | UInt32(tuple.portB), proto: tuple.proto)
    }
}
