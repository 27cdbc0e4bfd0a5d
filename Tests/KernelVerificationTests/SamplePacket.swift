import NetTypes

/// Small packets with right lengths and header checksums.
enum SamplePacket {
    /// From port 1234, with 16 bytes of data.
    static func udp(from source: String, to destination: String, port: UInt16) -> [UInt8] {
        let data: [UInt8] = Array(repeating: 0x61, count: 16)
        let payload: [UInt8] = [4, 210, UInt8(port >> 8), UInt8(port & 255), 0, 24, 0, 0] + data
        guard let from = IPAddress(source), let to = IPAddress(destination) else { return [] }
        if to.family == .v6 {
            return [0x60, 0, 0, 0, 0, UInt8(payload.count), 17, 64] + from.bytes + to.bytes + payload
        }
        let header: [UInt8] = [0x45, 0, 0, UInt8(20 + payload.count), 0, 0, 0, 0, 64, 17, 0, 0]
        return withChecksum(header + from.bytes + to.bytes + payload)
    }

    /// An IPv4 packet cut behind its first 16 bytes of payload.
    static func fragments(of packet: [UInt8], identification: UInt8) -> [[UInt8]] {
        let payload = packet[20...]
        return [(payload.prefix(16), UInt16(0x2000)), (payload.dropFirst(16), UInt16(2))].map { part, place in
            var header = Array(packet[..<20])
            header[3] = UInt8(20 + part.count)
            header[5] = identification
            (header[6], header[7]) = (UInt8(place >> 8), UInt8(place & 255))
            return withChecksum(header + part)
        }
    }

    /// Sum of the IPv4 header's words, checksum included: 0xffff when it is right (RFC 1071).
    static func headerSum(_ packet: [UInt8]) -> UInt32 {
        var sum = stride(from: 0, to: 20, by: 2).reduce(UInt32(0)) {
            $0 + UInt32(packet[$1]) << 8 + UInt32(packet[$1 + 1])
        }
        while sum > 0xffff { sum = (sum & 0xffff) + sum >> 16 }
        return sum
    }

    private static func withChecksum(_ packet: [UInt8]) -> [UInt8] {
        var packet = packet
        (packet[10], packet[11]) = (0, 0)
        let checksum = ~UInt16(truncatingIfNeeded: headerSum(packet))
        (packet[10], packet[11]) = (UInt8(checksum >> 8), UInt8(checksum & 255))
        return packet
    }
}

extension [UInt8] {
    /// Of an IPv4 packet without options.
    mutating func swapUDPPorts() {
        let ports = Array(self[20..<24])
        replaceSubrange(20..<24, with: ports[2...] + ports[..<2])
    }
}
