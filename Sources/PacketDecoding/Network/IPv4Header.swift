import NetTypes

extension LinkWalk {
    /// The IPv4 header at `position` (RFC 791) and what follows it. Checksums are not judged: captures taken where
    /// the network card computes them hold wrong ones.
    func ipv4Packet(in bytes: Span<UInt8>) throws(DecodeError) -> DecodedPacket {
        try requireNetworkHeader(20)
        let start = position
        guard bytes[start] >> 4 == 4 else { throw fault(.ipVersion) }
        let headerLength = Int(bytes[start] & 0x0f) * 4
        guard headerLength >= 20 else { throw fault(.ipHeaderLength, needed: 20, found: headerLength) }

        let totalLength = bytes.uint16(at: start + 2)
        let proto = IPProtocol(bytes[start + 9])
        let frameLength = originalEnd.map { $0 - start }
        var length = Int(totalLength)
        var defect: NetworkDefect?
        if length == 0, let frameLength, proto == .tcp || frameLength > 0xffff {
            // Segmentation offload: the card would have written the length; BIG TCP, where the field is too small.
            length = frameLength
        } else if length < headerLength {
            defect = .lengthBelowHeader
        } else if let frameLength, length > frameLength {
            defect = .lengthBeyondFrame
        }
        let present = min(length, frameLength ?? length)

        let flags = bytes.uint16(at: start + 6)
        var network = NetworkHeader(
            source: IPAddress(v4: bytes.uint32(at: start + 12)),
            destination: IPAddress(v4: bytes.uint32(at: start + 16)),
            proto: proto,
            offset: start,
            length: length,
            capturedLength: min(length, capturedEnd - start),
            totalLengthField: totalLength,
            trafficClass: bytes[start + 1],
            timeToLive: bytes[start + 8],
            fragment: .whole(identification: UInt32(bytes.uint16(at: start + 4))),
            extensions: .complete,
            defect: defect)
        let dataOffset = Int(flags & 0x1fff) * 8
        let moreFollow = flags & 0x2000 != 0
        network.fragment.dataOffset = dataOffset
        network.fragment.moreFollow = moreFollow
        network.fragment.position = dataOffset > 0 ? .later : moreFollow ? .first : .whole

        let transport = TransportHeader(
            in: bytes, at: start + headerLength, packetEnd: start + present, capturedEnd: capturedEnd,
            network: network)
        return DecodedPacket(link: facts, network: network, transport: transport)
    }

    func requireNetworkHeader(_ count: Int) throws(DecodeError) {
        let found = capturedEnd - position
        guard found < count else { return }
        let isCut = originalEnd.map { $0 - position >= count } ?? true
        throw fault(isCut ? .ipHeaderCut : .ipHeaderShort, needed: count, found: max(0, found))
    }
}
