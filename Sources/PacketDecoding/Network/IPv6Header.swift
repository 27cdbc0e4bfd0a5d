import NetTypes

extension LinkWalk {
    /// The IPv6 header at `position` (RFC 8200), its extension headers, and what follows them.
    func ipv6Packet(in bytes: Span<UInt8>) throws(DecodeError) -> DecodedPacket {
        try requireNetworkHeader(IPv6Layout.headerLength)
        let start = position
        guard bytes[start] >> 4 == 6 else { throw fault(.ipVersion) }
        let frameLength = originalEnd.map { $0 - start }
        let claim = ipv6Length(in: bytes, frameLength: frameLength)
        let present = min(claim.length, frameLength ?? claim.length)

        let chain = IPv6ExtensionWalk(
            in: bytes, headerAt: start, packetEnd: start + present, capturedEnd: capturedEnd)
        let network = NetworkHeader(
            source: IPAddress(v6: bytes.uint128(at: start + 8)),
            destination: IPAddress(v6: bytes.uint128(at: start + 24)),
            proto: IPProtocol(chain.nextHeader),
            offset: start,
            length: claim.length,
            capturedLength: min(claim.length, capturedEnd - start),
            trafficClass: UInt8(truncatingIfNeeded: bytes.uint16(at: start) >> 4),
            timeToLive: bytes[start + 7],
            fragment: chain.fragment,
            extensions: chain.state,
            isAuthenticated: chain.isAuthenticated,
            defect: claim.defect)
        let transport = TransportHeader(
            in: bytes, at: chain.position, packetEnd: start + present, capturedEnd: capturedEnd, network: network)
        return DecodedPacket(link: facts, network: network, transport: transport)
    }

    /// Payload length plus 40. Zero stands for a longer packet when a jumbo payload option gives its length
    /// (RFC 2675), and when the frame is longer than the field could say: Linux sends such BIG TCP packets through
    /// virtual interfaces without the option.
    private func ipv6Length(
        in bytes: Span<UInt8>, frameLength: Int?
    ) -> (length: Int, defect: NetworkDefect?) {
        let payload = Int(bytes.uint16(at: position + 4))
        let header = IPv6Layout.headerLength
        if payload == 0, bytes[position + 6] == IPv6Layout.hopByHop {
            guard let jumbo = jumboPayload(in: bytes), jumbo > 0xffff else {
                return (header, .jumboPayload)
            }
            let length = header + jumbo
            return (length, frameLength.map { length > $0 } ?? false ? .lengthBeyondFrame : nil)
        }
        if payload == 0, let frameLength, frameLength > header + 0xffff {
            return (frameLength, nil)
        }
        let length = header + payload
        return (length, frameLength.map { length > $0 } ?? false ? .lengthBeyondFrame : nil)
    }

    /// The value of the jumbo payload option of the hop-by-hop header right behind the fixed one; `nil` without one,
    /// or when it is not in the capture.
    private func jumboPayload(in bytes: Span<UInt8>) -> Int? {
        let start = position + IPv6Layout.headerLength
        guard capturedEnd - start >= 8 else { return nil }
        let end = min(capturedEnd, start + (Int(bytes[start + 1]) + 1) * 8)
        var option = start + 2
        while option < end {
            let type = bytes[option]
            if type == 0 {  // one byte of padding
                option += 1
                continue
            }
            guard option + 2 <= end else { return nil }
            let length = Int(bytes[option + 1])
            if type == 0xc2 {
                guard length == 4, option + 6 <= end else { return nil }
                return Int(bytes.uint32(at: option + 2))
            }
            option += 2 + length
        }
        return nil
    }
}

/// Numbers of RFC 8200.
enum IPv6Layout {
    static let headerLength = 40
    static let fragmentHeaderLength = 8
    static let hopByHop: UInt8 = 0
    static let routing: UInt8 = 43
    static let fragment: UInt8 = 44
    static let authentication: UInt8 = 51
    static let noNextHeader: UInt8 = 59
    static let destinationOptions: UInt8 = 60
}
