extension PacketEncoding {
    /// Splits a raw IP packet into `count` fragments of about the same size, in order.
    ///
    /// IPv4: the header is repeated, its identification kept. IPv6: a fragment header with `identification` goes
    /// behind the hop-by-hop and routing headers (RFC 8200, 4.5); for IPv4 the parameter has no effect.
    public static func fragments(
        of packet: [UInt8], count: Int, identification: UInt32 = 1
    ) throws(PacketEncodingError) -> [[UInt8]] {
        switch packet.first.map({ $0 >> 4 }) {
        case 4: return try ipv4Fragments(packet, count)
        case 6: return try ipv6Fragments(packet, count, identification)
        default: throw .notAPacket
        }
    }

    private static func ipv4Fragments(_ packet: [UInt8], _ count: Int) throws(PacketEncodingError) -> [[UInt8]] {
        guard packet.count >= 20 else { throw .notAPacket }
        let headerLength = Int(packet[0] & 0x0f) * 4
        guard headerLength >= 20, headerLength <= packet.count else { throw .notAPacket }
        return try pieces(packet.count - headerLength, count).map { piece in
            var header = Array(packet[..<headerLength])
            let length = UInt16(truncatingIfNeeded: headerLength + piece.count)
            let isLast = headerLength + piece.upperBound == packet.count
            let field = UInt16(truncatingIfNeeded: piece.lowerBound / 8) | (isLast ? 0 : 0x2000)
            header.replaceSubrange(2..<4, with: length.bigEndianBytes)
            header.replaceSubrange(6..<8, with: field.bigEndianBytes)
            header.replaceSubrange(10..<12, with: [0, 0])
            header.replaceSubrange(10..<12, with: InternetChecksum.of(header).bigEndianBytes)
            return header + packet[(headerLength + piece.lowerBound)..<(headerLength + piece.upperBound)]
        }
    }

    private static func ipv6Fragments(
        _ packet: [UInt8], _ count: Int, _ identification: UInt32
    ) throws(PacketEncodingError) -> [[UInt8]] {
        guard packet.count >= IPv6Layout.headerLength else { throw .notAPacket }
        let split = unfragmentablePart(of: packet)
        let nextHeader = packet[split.announcedAt]
        let longest = packet.count + IPv6Layout.fragmentHeaderLength - IPv6Layout.headerLength
        guard count > 1 || longest <= 0xffff else { throw .tooLong }
        return try pieces(packet.count - split.length, count).map { piece in
            var head = Array(packet[..<split.length])
            let payload = split.length - IPv6Layout.headerLength + IPv6Layout.fragmentHeaderLength + piece.count
            head[split.announcedAt] = IPv6Layout.fragment
            head.replaceSubrange(4..<6, with: UInt16(truncatingIfNeeded: payload).bigEndianBytes)
            let isLast = split.length + piece.upperBound == packet.count
            let field = UInt16(truncatingIfNeeded: piece.lowerBound) | (isLast ? 0 : 1)
            head += [nextHeader, 0] + field.bigEndianBytes + identification.bigEndianBytes
            return head + packet[(split.length + piece.lowerBound)..<(split.length + piece.upperBound)]
        }
    }

    /// Everything up to the last hop-by-hop or routing header, and the byte that names what follows.
    private static func unfragmentablePart(of packet: [UInt8]) -> (length: Int, announcedAt: Int) {
        var result = (length: IPv6Layout.headerLength, announcedAt: 6)
        var position = IPv6Layout.headerLength
        var nextHeader = packet[6]
        while [IPv6Layout.hopByHop, IPv6Layout.routing, IPv6Layout.destinationOptions].contains(nextHeader),
            position + 8 <= packet.count
        {
            let end = position + (Int(packet[position + 1]) + 1) * 8
            guard end <= packet.count else { break }
            if nextHeader != IPv6Layout.destinationOptions { result = (end, position) }
            nextHeader = packet[position]
            position = end
        }
        return result
    }

    /// `0..<length` in `count` ranges; all but the last are multiples of 8, and none is empty.
    private static func pieces(_ length: Int, _ count: Int) throws(PacketEncodingError) -> [Range<Int>] {
        guard count >= 1, length >= 1, (count - 1) <= (length - 1) / 8 else { throw .cannotSplit }
        let units = (length + 7) / 8
        return (0..<count).map { index in
            let start = units * index / count * 8
            let end = index == count - 1 ? length : units * (index + 1) / count * 8
            return start..<end
        }
    }
}
