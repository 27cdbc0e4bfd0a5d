public import PacketDecoding

/// What a packet from a name server says of names and addresses.
public struct DomainAnswer: Hashable, Sendable {
    /// The frame that says it; of a fragmented datagram the one that completed it.
    public var frame: Int
    public var bindings: [DNSBinding]
}

/// Reads the DNS answers of a capture, and counts those that can't be read whole.
struct DomainAnswerReader: Sendable {
    /// Answers that make no sense: what a resolver throws away counts for nothing.
    private(set) var broken = 0
    /// Answers that lead to more addresses than anyone keeps (`DNSResponse.bindingLimit`).
    private(set) var oversized = 0

    /// `nil` when the packet holds no answer. Of a message cut by the snapshot length the records before the cut count:
    /// the pod got them.
    mutating func answer(_ packet: DecodedPacket, _ bytes: Span<UInt8>, frame: Int) -> DomainAnswer? {
        var bindings: [DNSBinding] = []
        for response in packet.domainResponses(in: bytes) {
            guard !response.isBroken || packet.isCutInPayload else {
                broken += 1
                continue
            }
            let found = response.bindings
            if !found.isWhole { oversized += 1 }
            bindings += found.list
        }
        return bindings.isEmpty ? nil : DomainAnswer(frame: frame, bindings: bindings)
    }
}
