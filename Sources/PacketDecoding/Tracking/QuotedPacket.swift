public import NetTypes

/// The packet that an ICMP error quotes, as far as it names a connection (`nf_ct_get_tuplepr`).
public struct QuotedPacket: Hashable, Sendable {
    /// As the quoted packet was sent: its source is the error's receiver. Ports for TCP, UDP, UDP-Lite, SCTP and DCCP,
    /// type and code for the family's ICMP, else addresses and protocol alone.
    public var key: FlowKey
    /// Of a quoted ICMP query or answer.
    public var icmpIdentifier: UInt16?

    /// - Parameters:
    ///   - packetEnd: where the quoting packet ends on the wire; the quoted one may be shorter than its own header says.
    ///   - capturedEnd: where the captured bytes of the quoting packet end.
    static func read(
        in bytes: Span<UInt8>, at start: Int, family: IPFamily, packetEnd: Int, capturedEnd: Int
    ) -> Result<QuotedPacket, LookFailure> {
        let headerLength = family == .v4 ? 20 : IPv6Layout.headerLength
        guard start + headerLength <= packetEnd else { return .failure(.malformed) }
        guard start + headerLength <= capturedEnd else { return .failure(.cut) }
        switch family {
        case .v4:
            // The kernel looks at neither version nor total length here, only at offset and header length.
            guard bytes.uint16(at: start + 6) & 0x1fff == 0 else { return .failure(.malformed) }
            return transport(
                in: bytes, at: start + Int(bytes[start] & 0x0f) * 4, packetEnd: packetEnd,
                capturedEnd: capturedEnd, proto: IPProtocol(bytes[start + 9]),
                source: IPAddress(v4: bytes.uint32(at: start + 12)),
                destination: IPAddress(v4: bytes.uint32(at: start + 16)))
        case .v6:
            let chain = IPv6ExtensionWalk(
                in: bytes, headerAt: start, packetEnd: packetEnd, capturedEnd: capturedEnd)
            switch chain.state {
            case .broken: return .failure(.malformed)
            case .cut: return .failure(.cut)
            case .complete: break
            }
            guard chain.fragment.position != .later, chain.nextHeader != IPv6Layout.noNextHeader else {
                return .failure(.malformed)
            }
            return transport(
                in: bytes, at: chain.position, packetEnd: packetEnd, capturedEnd: capturedEnd,
                proto: IPProtocol(chain.nextHeader),
                source: IPAddress(v6: bytes.uint128(at: start + 8)),
                destination: IPAddress(v6: bytes.uint128(at: start + 24)))
        }
    }

    private static func transport(
        in bytes: Span<UInt8>, at offset: Int, packetEnd: Int, capturedEnd: Int, proto: IPProtocol,
        source: IPAddress, destination: IPAddress
    ) -> Result<QuotedPacket, LookFailure> {
        let isICMP = proto == .icmp(of: destination.family)
        let needed = isICMP ? 8 : proto.hasPorts ? 4 : 0
        guard offset + needed <= packetEnd else { return .failure(.malformed) }
        guard offset + needed <= capturedEnd else { return .failure(.cut) }
        if isICMP {
            let key = FlowKey.icmp(from: source, to: destination, type: bytes[offset], code: bytes[offset + 1])
            return .success(QuotedPacket(key: key, icmpIdentifier: bytes.uint16(at: offset + 4)))
        }
        guard proto.hasPorts else {
            return .success(QuotedPacket(key: .opaque(proto, from: source, to: destination)))
        }
        return .success(
            QuotedPacket(
                key: .ports(
                    proto, from: source, bytes.uint16(at: offset), to: destination, bytes.uint16(at: offset + 2))))
    }
}
