/// A packet of the kind that nearly every packet is: unfragmented TCP or UDP over IPv4 with all headers captured and
/// nothing wrong with them. All that policy and connection tracking ask of it, in 48 bytes that `dp_plain` of CVector
/// lays out the same.
///
/// Its ends stand in the order of its connection: A is the one with the lower address.
@frozen public struct PlainPacket: BitwiseCopyable, Sendable {
    /// What connection tracking goes by. The raw values of TCP are those of `TCPSegment`.
    @frozen public enum Kind: UInt8, Sendable, BitwiseCopyable {
        case syn
        case synAck
        case fin
        case ack
        case rst
        case datagram
    }

    /// Nanoseconds of the capture's clock.
    public var time: Int64
    /// Number in the capture, from 1.
    public var frame: Int
    public var addressA: UInt32
    public var addressB: UInt32
    /// A's in the upper half, host arithmetic.
    public var ports: UInt32
    /// IP protocol number: 17 or 6.
    public var proto: UInt8
    public var kind: Kind
    /// Of its connection: `PlainHash.shard`.
    public var shard: UInt8
    /// 1: B sends it; 0: A does.
    public var fromB: UInt8
    /// Of its connection: `PlainHash.hash`.
    public var hash: UInt32
    /// Notes of who judges it.
    public var position: Int32 = -1
    public var denial: Int32 = -1
    public var miss: Int32 = -1

    @inlinable @inline(__always) public init(
        time: Int64, frame: Int, source: UInt32, destination: UInt32, sourcePort: UInt16, destinationPort: UInt16,
        kind: Kind, hash: PlainHash
    ) {
        self.time = time
        self.frame = frame
        let fromA = source < destination
        addressA = fromA ? source : destination
        addressB = fromA ? destination : source
        ports =
            fromA
            ? UInt32(sourcePort) << 16 | UInt32(destinationPort) : UInt32(destinationPort) << 16 | UInt32(sourcePort)
        proto = kind == .datagram ? 17 : 6
        self.kind = kind
        fromB = fromA ? 0 : 1
        shard = hash.shard(addressA, addressB)
        self.hash = hash.hash(addressA, addressB, ports, proto)
    }

    /// For memory that is not in use yet.
    public static let none = PlainPacket(
        time: 0, frame: 0, source: 0, destination: 0, sourcePort: 0, destinationPort: 0, kind: .datagram,
        hash: PlainHash(shardCount: 1, keys: (0, 0, 0, 0)))

    @inlinable public var fromA: Bool { @inline(__always) get { fromB == 0 } }
    @inlinable public var source: UInt32 { @inline(__always) get { fromA ? addressA : addressB } }
    @inlinable public var destination: UInt32 { @inline(__always) get { fromA ? addressB : addressA } }
    /// Source's port in the upper half, destination's in the lower.
    @inlinable public var orderedPorts: UInt32 { @inline(__always) get { fromA ? ports : ports << 16 | ports >> 16 } }
    @inlinable public var sourcePort: UInt16 {
        @inline(__always) get { UInt16(truncatingIfNeeded: orderedPorts >> 16) }
    }
    @inlinable public var destinationPort: UInt16 { @inline(__always) get { UInt16(truncatingIfNeeded: orderedPorts) } }

    /// As the engines that know all kinds of packets take it.
    public var key: FlowKey {
        .ports(
            IPProtocol(proto), from: IPAddress(v4: source), sourcePort, to: IPAddress(v4: destination),
            destinationPort)
    }
}
