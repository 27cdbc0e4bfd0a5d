import NetTypes
import NetworkTopology

/// The key of a connection, the same for both directions: 48 bytes.
///
/// Ends are ordered, except for ICMP, where A is who asks. Two connections of one key cannot exist.
struct FlowTuple: Equatable, Sendable {
    var addressA: UInt128
    var addressB: UInt128
    var node: UInt32
    /// A's port; for ICMP the identifier.
    var portA: UInt16
    /// B's port; for ICMP the type of the query and the code.
    var portB: UInt16
    var proto: UInt8
    var family: IPFamily

    /// - Parameter seed: random per table, so that no capture can be made to collide.
    func hash(seed: UInt64) -> UInt32 {
        func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
            let product = a.multipliedFullWidth(by: b)
            return product.high ^ product.low
        }
        let ports = UInt64(portA) << 48 | UInt64(portB) << 32 | UInt64(node)
        let low = fold(
            UInt64(truncatingIfNeeded: addressA) ^ seed, UInt64(truncatingIfNeeded: addressB) ^ 0x9e37_79b9_7f4a_7c15)
        let high = fold(
            UInt64(truncatingIfNeeded: addressA >> 64) ^ low,
            UInt64(truncatingIfNeeded: addressB >> 64) ^ 0xbf58_476d_1ce4_e5b9)
        let all = mixed(high ^ ports ^ UInt64(proto) << 24 ^ seed)
        return UInt32(truncatingIfNeeded: all ^ all >> 32)
    }
}

/// A packet's connection and its side in it.
struct FlowSide: Equatable, Sendable {
    var tuple: FlowTuple
    /// Whether end A sent the packet.
    var isFromA: Bool
}

extension FlowSide {
    /// `identifier` is that of ICMP queries and answers, or the call id of GRE version 1; else 0.
    ///
    /// `nil` for ICMP that is neither a query nor an answer (conntrack.md, Entry).
    init?(_ key: FlowKey, identifier: UInt16, at node: NodeIndex) {
        let icmp = IPProtocol.icmp(of: key.family)
        switch key.proto {
        case icmp:
            guard let exchange = ICMPExchange(type: key.icmpType, family: key.family) else { return nil }
            let (asker, asked) = exchange.isQuery ? (key.source, key.destination) : (key.destination, key.source)
            self.init(
                tuple: FlowTuple(
                    addressA: asker.bits, addressB: asked.bits, node: UInt32(truncatingIfNeeded: node.value),
                    portA: identifier, portB: UInt16(exchange.query) << 8 | UInt16(key.icmpCode),
                    proto: key.proto.rawValue, family: key.family),
                isFromA: exchange.isQuery)
        case .icmp, .icmpv6:
            // The other family's ICMP: its tracker refuses the packet (nf_conntrack_icmp_packet).
            return nil
        default:
            let hasPorts = key.proto == .tcp || key.proto == .udp || key.proto == .udplite || key.proto == .sctp
            let sourcePort = hasPorts ? key.sourcePort : 0
            let destinationPort = hasPorts ? key.destinationPort : identifier
            let isFromA = (key.source.bits, sourcePort) <= (key.destination.bits, destinationPort)
            self.init(
                tuple: FlowTuple(
                    addressA: isFromA ? key.source.bits : key.destination.bits,
                    addressB: isFromA ? key.destination.bits : key.source.bits,
                    node: UInt32(truncatingIfNeeded: node.value),
                    portA: isFromA ? sourcePort : destinationPort, portB: isFromA ? destinationPort : sourcePort,
                    proto: key.proto.rawValue, family: key.family),
                isFromA: isFromA)
        }
    }
}
