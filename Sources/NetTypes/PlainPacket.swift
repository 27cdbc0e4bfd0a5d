/// A packet of the kind that nearly every packet is: unfragmented TCP or UDP over IPv4 with all headers captured and
/// nothing wrong with them. All that policy and connection tracking ask of it, in half a cache line.
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
    public var source: UInt32
    public var destination: UInt32
    /// Host arithmetic.
    public var sourcePort: UInt16
    public var destinationPort: UInt16
    public var kind: Kind

    @inlinable public init(
        time: Int64, frame: Int, source: UInt32, destination: UInt32, sourcePort: UInt16, destinationPort: UInt16,
        kind: Kind
    ) {
        self.time = time
        self.frame = frame
        self.source = source
        self.destination = destination
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.kind = kind
    }

    /// For memory that is not in use yet.
    public static let none = PlainPacket(
        time: 0, frame: 0, source: 0, destination: 0, sourcePort: 0, destinationPort: 0, kind: .datagram)

    /// IP protocol number: 17 or 6.
    @inlinable public var proto: UInt8 { kind == .datagram ? 17 : 6 }

    /// As the engines that know all kinds of packets take it.
    public var key: FlowKey {
        .ports(
            IPProtocol(proto), from: IPAddress(v4: source), sourcePort, to: IPAddress(v4: destination),
            destinationPort)
    }
}
