public import Matching
public import NetTypes
import PacketDecoding

/// A whole packet (or reassembled datagram) as judging needs it.
public struct PacketFacts: Hashable, Sendable {
    /// As policy sees it.
    public var key: FlowKey
    /// As connection tracking sees it, where that differs.
    public var trackedKey: FlowKey?
    /// `nil`: cut off by the snapshot length.
    public var connection: ConnectionFacts?
    /// The capture lacks the transport header although the packet has one.
    public var isTransportCut: Bool
    /// The capture does not even show the protocol.
    public var isProtocolCut: Bool
    /// What it says of domain names; read only where a rule names any.
    public var answer: DomainAnswer?

    public init(
        key: FlowKey, trackedKey: FlowKey? = nil, connection: ConnectionFacts?, isTransportCut: Bool = false,
        isProtocolCut: Bool = false
    ) {
        self.key = key
        self.trackedKey = trackedKey
        self.connection = connection
        self.isTransportCut = isTransportCut
        self.isProtocolCut = isProtocolCut
    }
}

extension PacketFacts {
    /// A whole raw IP packet; `nil` when it is none.
    public init?(packet bytes: [UInt8]) {
        guard let packet = try? FrameDecoder(.raw).decode(bytes) else { return nil }
        self.init(packet, in: bytes.span)
    }

    /// `bytes` are those that `packet` was decoded from.
    init(_ packet: DecodedPacket, in bytes: Span<UInt8>) {
        // A later fragment that goes on alone has no transport header: the kernel finds no connection for it.
        let isLater = packet.network.fragment.position == .later
        self.init(
            key: packet.policyKey,
            trackedKey: packet.network.isAuthenticated ? packet.flowKey : nil,
            connection: isLater ? .invalid : ConnectionFacts(packet.tracking(in: bytes)),
            isTransportCut: packet.isCutBeforePolicyFacts,
            isProtocolCut: packet.isProtocolCut)
    }
}
