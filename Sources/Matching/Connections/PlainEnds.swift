import NetTypes

/// What the batched judge knows of a connection's two ends, packed into 32 bits: whose policy is asked, and which of its
/// packets were noted.
struct PlainEnds: BitwiseCopyable {
    private(set) var bits: UInt32

    /// Nobody has looked yet; made by the calls of `FlowTable`.
    static let unresolved = PlainEnds(bits: 0)

    init(bits: UInt32) { self.bits = bits }

    /// - Parameters:
    ///   - a: A's record; `b`: B's.
    ///   - only: the node that is emulated alone; -1: every one.
    init(_ a: PlainRecord, _ b: PlainRecord, only: Int32) {
        let isAskedA = a.isAsked(only: only)
        let isAskedB = b.isAsked(only: only)
        let isSameNode = isAskedA && isAskedB && a.node == b.node
        var bits: UInt32 = 1
        if isAskedA { bits |= 2 }
        if isAskedB { bits |= 4 }
        if isSameNode { bits |= 8 }
        bits |= UInt32(a.selection) << 4 | UInt32(b.selection) << 6
        let fromA: UInt32 =
            (isAskedB && !isSameNode) || !isAskedA ? UInt32(b.selection) >> 1 : 2 | UInt32(a.selection & 1)
        let fromB: UInt32 =
            (isAskedA && !isSameNode) || !isAskedB ? UInt32(a.selection) >> 1 : 2 | UInt32(b.selection & 1)
        self.bits = bits | fromA << 16 | fromB << 18
    }

    @inline(__always) var isResolved: Bool { bits & 1 != 0 }
    /// A is a pod of an emulated node.
    @inline(__always) var asksA: Bool { bits & 2 != 0 }
    @inline(__always) var asksB: Bool { bits & 4 != 0 }
    /// Both are pods of one node, which judges both ends in its one view, the first.
    @inline(__always) var isSameNode: Bool { bits & 8 != 0 }
    /// The first view is that of A's node; the second that of B's, where it is another.
    @inline(__always) var hasFirst: Bool { asksA }
    @inline(__always) var hasSecond: Bool { bits & 12 == 4 }

    /// The cell of `SiteCells` within a site for established packets: see `SiteCells.cell`.
    @inline(__always) func establishedCell(fromA: Bool) -> Int { establishedCell(fromB: fromA ? 0 : 1) }
    @inline(__always) func establishedCell(fromB: UInt64) -> Int {
        Int(bits &>> (16 &+ 2 &* UInt32(truncatingIfNeeded: fromB)) & 3)
    }

    /// Whether a policy selects the end that sends (egress) or receives (ingress).
    @inline(__always) func egressCell(fromA: Bool) -> Int { 2 | Int(bits >> (fromA ? 4 : 6) & 1) }
    @inline(__always) func ingressCell(fromA: Bool) -> Int { Int(bits >> (fromA ? 7 : 5) & 1) }

    /// Whether the line's `egress` and `ingress` are those of packets in this direction.
    @inline(__always) func knowsPolicy(fromA: Bool) -> Bool { bits & 0x300 == (fromA ? 0x300 : 0x200) }
    mutating func setPolicy(fromA: Bool) { bits = bits & ~0x300 | (fromA ? 0x300 : 0x200) }

    /// Whether a packet in this direction was let through before.
    @inline(__always) func wasSeen(fromA: Bool) -> Bool { bits & (fromA ? 0x400 : 0x800) != 0 }
    @inline(__always) mutating func setSeen(fromA: Bool) { bits |= fromA ? 0x400 : 0x800 }

    /// Whether the ends of an established packet in this direction were noted.
    @inline(__always) func wasNoted(fromA: Bool) -> Bool { bits & (fromA ? 0x1000 : 0x2000) != 0 }
    @inline(__always) mutating func setNoted(fromA: Bool) { bits |= fromA ? 0x1000 : 0x2000 }

    /// Whether a packet of this step changes nothing of the connection but its time and its count, as long as that has
    /// not run out: both nodes' views of it stay as they are, and its direction was let through and noted before.
    @inline(__always) func isSteady(_ step: PlainStep) -> Bool { bits &>> (20 &+ UInt32(step.rawValue)) & 1 != 0 }

    /// - Parameter steps: one bit for each `PlainStep` that leaves the views as they are.
    @inline(__always) mutating func setSteady(_ steps: UInt16) {
        let fromA: UInt32 = bits & 0x1400 == 0x1400 ? 0x555 : 0
        let fromB: UInt32 = bits & 0x2800 == 0x2800 ? 0xaaa : 0
        bits = bits & 0xf_ffff | (UInt32(steps) & (fromA | fromB)) << 20
    }

    /// The views were changed by somebody else.
    mutating func unsettle() { bits &= 0xf_ffff }
}

/// What a packet is to its connection: its kind (upper bits) and whether B sends it (bit 0); below 12.
struct PlainStep: BitwiseCopyable {
    let rawValue: UInt8

    @inline(__always) init(_ packet: PlainPacket) { rawValue = packet.kind.rawValue &<< 1 | packet.fromB }
}

/// Who has an IPv4 address, as far as the batched judge takes its packets.
struct PlainRecord: BitwiseCopyable {
    var address: UInt32
    /// Index in `Topology.endpoints`; -1: outside.
    var endpoint: Int32
    /// -1: outside.
    var node: Int32
    /// Whether a policy selects the endpoint: egress (bit 0), ingress (bit 1).
    var selection: UInt8
    /// False: the complete engine judges its packets.
    var isPlain: Bool

    static func outside(isPlain: Bool) -> PlainRecord {
        PlainRecord(address: 0, endpoint: -1, node: -1, selection: 0, isPlain: isPlain)
    }

    /// Whether its policy is asked: a pod of an emulated node.
    @inline(__always) func isAsked(only: Int32) -> Bool { node >= 0 && (only < 0 || node == only) }
}
