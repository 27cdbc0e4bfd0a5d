/// A number written into a packet by which its copy is known again: the IPv4 identification or the IPv6 flow label.
/// Neither policy nor connection tracking looks at them, and address translation leaves them alone.
struct PacketTag: Hashable {
    let number: UInt16

    /// Tags count from 1 on: the kernel fills in an identification of 0 for packets of raw sockets.
    static let all: ClosedRange<UInt16> = 1...UInt16.max

    init(_ number: UInt16) { self.number = number }

    /// The tag of a packet, tagged or not; `nil` when it is no IP packet.
    init?(of packet: ArraySlice<UInt8>) {
        let start = packet.startIndex
        switch packet.first.map({ $0 >> 4 }) {
        case 4 where packet.count >= 20:
            number = UInt16(packet[start + 4]) << 8 | UInt16(packet[start + 5])
        case 6 where packet.count >= 40:
            number = UInt16(packet[start + 2]) << 8 | UInt16(packet[start + 3])
        default: return nil
        }
    }

    /// Writes the tag into a packet that has a whole IP header. A right IPv4 header checksum stays right, a wrong one
    /// wrong (RFC 1624).
    func stamp(_ packet: inout [UInt8]) {
        if packet[0] >> 4 == 4 {
            let old = UInt16(packet[4]) << 8 | UInt16(packet[5])
            let checksum = UInt16(packet[10]) << 8 | UInt16(packet[11])
            var sum = UInt32(~checksum) + UInt32(~old) + UInt32(number)
            sum = (sum & 0xffff) + sum >> 16
            sum = (sum & 0xffff) + sum >> 16
            let updated = ~UInt16(truncatingIfNeeded: sum)
            (packet[4], packet[5]) = (UInt8(number >> 8), UInt8(number & 0xff))
            (packet[10], packet[11]) = (UInt8(updated >> 8), UInt8(updated & 0xff))
        } else {
            packet[1] &= 0xf0
            (packet[2], packet[3]) = (UInt8(number >> 8), UInt8(number & 0xff))
        }
    }
}

/// What the fragments of one datagram share. They must keep one tag, or the kernel would not put them together.
struct FragmentGroup: Hashable {
    private let key: [UInt8]

    /// `nil` for a packet that is no fragment. For IPv6 only a fragment header right behind the fixed header, or behind
    /// hop-by-hop, routing and destination options, is found.
    init?(of packet: [UInt8]) {
        if packet[0] >> 4 == 4 {
            let isFragment = (UInt16(packet[6]) << 8 | UInt16(packet[7])) & 0x3fff != 0
            guard isFragment else { return nil }
            key = Array(packet[4..<6] + packet[9...9] + packet[12..<20])
            return
        }
        var (next, offset) = (packet[6], 40)
        while [0, 43, 60].contains(next), offset + 2 <= packet.count {
            next = packet[offset]
            offset += (Int(packet[offset + 1]) + 1) * 8
        }
        guard next == 44, offset + 8 <= packet.count else { return nil }
        key = Array(packet[8..<40] + packet[(offset + 4)..<(offset + 8)])
    }
}
