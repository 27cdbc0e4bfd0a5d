public import NetTypes

/// One IP packet of a capture: what the link layer, the IP header and the transport header say. A plain value; the
/// bytes stay where they are, and offsets count from the first byte of the frame.
public struct DecodedPacket: Hashable, Sendable {
    public var link: LinkFacts
    public var network: NetworkHeader
    public var transport: TransportHeader

    /// What policy sees of this packet by itself: nf_tables takes an IPv6 authentication header for the transport
    /// protocol (`ipv6_find_hdr` with IP6_FH_F_AUTH, nf_tables_ipv6.h), which connection tracking steps over.
    public var policyKey: FlowKey {
        network.isAuthenticated
            ? .opaque(IPProtocol(IPv6Layout.authentication), from: network.source, to: network.destination) : flowKey
    }

    /// Addresses and transport header. For a fragment that is not what the kernel judges: there the
    /// reassembled datagram's key counts (`Defragmenter`).
    public var flowKey: FlowKey {
        FlowKey(
            source: network.source,
            destination: network.destination,
            proto: network.proto,
            transport: transport.view,
            sourcePort: transport.sourcePort,
            destinationPort: transport.destinationPort,
            icmpType: transport.icmpType,
            icmpCode: transport.icmpCode)
    }

    /// Whether bytes that a rule may look at were cut off by the snapshot length: the protocol itself (within the
    /// IPv6 extension headers), ports, or ICMP type and code.
    public var isCutBeforePolicyFacts: Bool {
        network.extensions == .cut || transport.isCut
    }

    /// Whether only the protocol's own value is unknown because of the cut; with `transport.isCut` alone protocol and
    /// addresses are certain.
    public var isProtocolCut: Bool { network.extensions == .cut }
}
