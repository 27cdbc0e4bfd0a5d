import NetTypes

/// What the first look at a packet of a batch finds out: 32 bytes.
struct PlainSight: BitwiseCopyable {
    let key: FlowLineKey
    /// Of the key.
    let hash: UInt32
    /// Where its line is, most likely; or one of the numbers below.
    var position: Int32
    /// Where its flow is among the recent denials, most likely; -1: it was not there.
    var denial: Int32 = -1
    /// Its number among those whose policy was asked; -1: it is none of them.
    var miss: Int16 = -1
    let shard: UInt8
    let step: PlainStep

    /// It had no line.
    static let lineless: Int32 = -1
    /// It is not for the batched judge.
    static let special: Int32 = -2

    static let none = PlainSight(PlainPacket.none, seed: 0, shards: 1)

    /// - Parameter shards: how many there are; 256 at most.
    @inline(__always) init(_ packet: PlainPacket, seed: UInt64, shards: Int) {
        let fromA = packet.source < packet.destination
        let (portA, portB) =
            fromA ? (packet.sourcePort, packet.destinationPort) : (packet.destinationPort, packet.sourcePort)
        let (a, b) = fromA ? (packet.source, packet.destination) : (packet.destination, packet.source)
        key = FlowLineKey(addressA: a, addressB: b, ports: UInt32(portA) << 16 | UInt32(portB), proto: packet.proto)
        hash = key.hash(seed: seed)
        shard = UInt8(truncatingIfNeeded: FlowShards.shard(a, b, of: shards))
        step = PlainStep(packet.kind, fromA: fromA)
        position = Self.lineless
    }
}
