import NetTypes

extension DecodedPacket {
    /// The facts for connection tracking. `bytes` are those that the packet was decoded from. Ask for whole packets,
    /// reassembled datagrams and what defragmentation lets pass alone: the kernel tracks nothing else.
    public func tracking(in bytes: Span<UInt8>) -> TrackingFacts {
        switch network.extensions {
        case .broken: return .invalid(.noTransport)
        case .cut: return .cut
        case .complete: break
        }
        guard network.fragment.position != .later else { return .invalid(.noTransport) }
        switch (network.proto, network.family) {
        case (.tcp, _): return tcpFacts(in: bytes)
        case (.udp, _): return udpFacts(in: bytes)
        case (.udplite, _): return udpLiteFacts(in: bytes)
        case (.sctp, _): return sctpFacts(in: bytes)
        case (.icmp, .v4): return icmpFacts(in: bytes)
        case (.icmpv6, .v6): return icmpv6Facts(in: bytes)
        case (IPProtocol(47), _): return greFacts(in: bytes)
        case (IPProtocol(IPv6Layout.noNextHeader), .v6): return .invalid(.noTransport)
        default: return .valid(.other)
        }
    }

    /// The first `needed` bytes of the transport header must be in the packet, the first `read` in the capture.
    private func headerProblem(needed: Int, read: Int, in bytes: Span<UInt8>) -> TrackingFacts? {
        if transport.length < needed { return .invalid(.shortHeader) }
        return capturedEnd(in: bytes) - transport.offset < read ? .cut : nil
    }

    private func capturedEnd(in bytes: Span<UInt8>) -> Int {
        min(bytes.count, transport.offset + transport.capturedLength)
    }

    /// `tcp_error` of nf_conntrack_proto_tcp.c.
    private func tcpFacts(in bytes: Span<UInt8>) -> TrackingFacts {
        if let problem = headerProblem(needed: 20, read: 14, in: bytes) { return problem }
        let field = bytes.uint16(at: transport.offset + 12)
        let headerLength = Int(field >> 12) * 4
        guard headerLength >= 20, headerLength <= transport.length else { return .invalid(.length) }
        let flags = TCPFlags(rawValue: field & 0x0fff)
        return flags.isPossible ? .valid(.tcp(flags)) : .invalid(.tcpFlags)
    }

    /// `udp_error` of nf_conntrack_proto_udp.c.
    private func udpFacts(in bytes: Span<UInt8>) -> TrackingFacts {
        if let problem = headerProblem(needed: 8, read: 6, in: bytes) { return problem }
        let length = Int(bytes.uint16(at: transport.offset + 4))
        return (8...transport.length).contains(length) ? .valid(.datagram) : .invalid(.length)
    }

    /// `udplite_error`: the length field is the checksum coverage, 0 for all.
    private func udpLiteFacts(in bytes: Span<UInt8>) -> TrackingFacts {
        if let problem = headerProblem(needed: 8, read: 6, in: bytes) { return problem }
        let coverage = Int(bytes.uint16(at: transport.offset + 4))
        let isPossible = coverage == 0 || (8...transport.length).contains(coverage)
        return isPossible ? .valid(.datagram) : .invalid(.length)
    }

    /// `gre_pkt_to_tuple`: too short or of version 0, it is like any other protocol.
    private func greFacts(in bytes: Span<UInt8>) -> TrackingFacts {
        guard headerProblem(needed: 4, read: 0, in: bytes) == nil else { return .valid(.other) }
        if let problem = headerProblem(needed: 4, read: 4, in: bytes) { return problem }
        let version = bytes[transport.offset + 1] & 7
        guard version == 1, headerProblem(needed: 8, read: 0, in: bytes) == nil else { return .valid(.other) }
        if let problem = headerProblem(needed: 8, read: 8, in: bytes) { return problem }
        let pppOverGRE: UInt16 = 0x880b
        guard bytes.uint16(at: transport.offset + 2) == pppOverGRE else { return .invalid(.greVersion) }
        return .valid(.pptp(call: bytes.uint16(at: transport.offset + 6)))
    }

    private func sctpFacts(in bytes: Span<UInt8>) -> TrackingFacts {
        if let problem = headerProblem(needed: 12, read: 12, in: bytes) { return problem }
        let chunks = SCTPFacts.read(
            in: bytes, at: transport.offset, packetEnd: transport.offset + transport.length,
            capturedEnd: capturedEnd(in: bytes))
        switch chunks {
        case .success(let facts): return .valid(.sctp(facts))
        case .failure(.cut): return .cut
        case .failure(.malformed): return .invalid(.sctpChunks)
        }
    }

    /// `nf_conntrack_icmpv4_error`: types above 18 are invalid, five types quote a packet.
    private func icmpFacts(in bytes: Span<UInt8>) -> TrackingFacts {
        if let problem = headerProblem(needed: 8, read: 8, in: bytes) { return problem }
        switch bytes[transport.offset] {
        case 3, 4, 5, 11, 12: return quoteFacts(in: bytes)
        case ...18: return .valid(.icmp(identifier: bytes.uint16(at: transport.offset + 4)))
        default: return .invalid(.icmpType)
        }
    }

    /// `nf_conntrack_icmpv6_error`: every type below 128 quotes a packet.
    private func icmpv6Facts(in bytes: Span<UInt8>) -> TrackingFacts {
        if let problem = headerProblem(needed: 8, read: 8, in: bytes) { return problem }
        switch bytes[transport.offset] {
        case 130...136, 143, 151, 152: return .valid(.untracked)
        case ..<128: return quoteFacts(in: bytes)
        default: return .valid(.icmp(identifier: bytes.uint16(at: transport.offset + 4)))
        }
    }

    private func quoteFacts(in bytes: Span<UInt8>) -> TrackingFacts {
        let quote = QuotedPacket.read(
            in: bytes, at: transport.offset + 8, family: network.family,
            packetEnd: transport.offset + transport.length, capturedEnd: capturedEnd(in: bytes))
        switch quote {
        case .success(let quoted):
            return quoted.key.source == network.destination
                ? .valid(.icmpError(quoted)) : .invalid(.quotedSource)
        case .failure(.cut): return .cut
        case .failure(.malformed): return .invalid(.quote)
        }
    }
}

/// Why a look behind the transport header found nothing.
enum LookFailure: Error {
    /// The capture lacks the bytes.
    case cut
    /// The packet itself does not hold up.
    case malformed
}
