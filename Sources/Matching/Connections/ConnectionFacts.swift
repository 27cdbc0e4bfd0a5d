public import NetTypes

/// What connection tracking wants to know of a whole packet (conntrack.md). Made from the packet's bytes by whoever
/// decodes them; this target sees no bytes.
public enum ConnectionFacts: Hashable, Sendable {
    /// Ports are in the flow key.
    case tcp(TCPSegment)
    /// UDP and UDP-Lite. Ports are in the flow key.
    case datagram
    /// Ports are in the flow key.
    case sctp(SCTPSegment)
    /// A query or answer; type and code are in the flow key.
    case icmp(identifier: UInt16)
    /// An error message about another packet, whose ICMP identifier is 0 unless it is ICMP itself.
    case icmpError(quoted: FlowKey, identifier: UInt16)
    /// Neighbour discovery and multicast listener messages.
    case untracked
    /// GRE of version 1, keyed by its call id in the direction of the packet.
    case pptp(call: UInt16)
    /// Any other protocol: addresses alone make the connection.
    case other
    /// Invalid by the packet's own bytes, whatever connections there are.
    case invalid
}

/// The one flag by which the TCP state table goes, in the kernel's order of precedence
/// (`get_conntrack_index`, nf_conntrack_proto_tcp.c). Impossible combinations are `ConnectionFacts.invalid`.
public enum TCPSegment: UInt8, Hashable, Sendable, CaseIterable {
    case syn
    case synAck
    case fin
    case ack
    case rst
}

/// What an SCTP packet says to the state table.
public struct SCTPSegment: Hashable, Sendable {
    public var verificationTag: UInt32
    /// Type of the first chunk.
    public var firstChunk: UInt8
    /// Types 0…15 of all chunks, as bits.
    public var chunks: UInt16
    /// Of INIT and INIT-ACK.
    public var initiateTag: UInt32?

    public init(verificationTag: UInt32, firstChunk: UInt8, chunks: UInt16, initiateTag: UInt32? = nil) {
        self.verificationTag = verificationTag
        self.firstChunk = firstChunk
        self.chunks = chunks
        self.initiateTag = initiateTag
    }
}
