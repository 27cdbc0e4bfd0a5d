public import NetTypes

extension PacketEncoding {
    /// The same packet with the addresses and ports of `key` and another time to live: what address translation makes
    /// of it. The IPv4 header checksum is made right; the transport checksum stays as it was.
    ///
    /// - Parameters:
    ///   - packet: a whole IP packet, from its header on; one that is too short for its headers comes back unchanged.
    ///   - transportOffset: of the ports, when `key.transport` is `.ports`.
    public static func translated(
        _ packet: [UInt8], to key: FlowKey, transportOffset: Int, timeToLive: UInt8
    ) -> [UInt8] {
        var bytes = packet
        switch key.family {
        case .v4:
            guard bytes.count >= 20 else { return packet }
            let headerLength = Int(bytes[0] & 0x0f) * 4
            guard headerLength >= 20, headerLength <= bytes.count else { return packet }
            bytes[8] = timeToLive
            bytes.replaceSubrange(12..<20, with: key.source.bytes + key.destination.bytes)
            bytes.replaceSubrange(10..<12, with: [0, 0])
            bytes.replaceSubrange(10..<12, with: InternetChecksum.of(Array(bytes[..<headerLength])).bigEndianBytes)
        case .v6:
            guard bytes.count >= IPv6Layout.headerLength else { return packet }
            bytes[7] = timeToLive
            bytes.replaceSubrange(8..<40, with: key.source.bytes + key.destination.bytes)
        }
        if key.transport == .ports, transportOffset + 4 <= bytes.count {
            bytes.replaceSubrange(
                transportOffset..<(transportOffset + 4),
                with: key.sourcePort.bigEndianBytes + key.destinationPort.bigEndianBytes)
        }
        return bytes
    }
}
