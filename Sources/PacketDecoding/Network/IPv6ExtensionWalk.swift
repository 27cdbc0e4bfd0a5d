import NetTypes

/// The walk over the extension headers of an IPv6 packet, as the kernel's connection tracking does it
/// (`ipv6_skip_exthdr`): hop-by-hop, routing, fragment, authentication and destination
/// options are stepped over; everything else is the transport header, ESP, mobility and 59 included.
struct IPv6ExtensionWalk {
    /// The protocol at `position`.
    private(set) var nextHeader: UInt8
    /// Offset in the frame of the first byte behind the chain; may lie behind the packet's end.
    private(set) var position: Int
    private(set) var fragment = Fragment.whole(identification: 0)
    private(set) var state = ExtensionChain.complete
    /// An authentication header was stepped over.
    private(set) var isAuthenticated = false

    /// - Parameters:
    ///   - start: offset of the fixed header, which is in the capture as a whole.
    ///   - packetEnd: where the packet ends on the wire.
    ///   - capturedEnd: where the captured bytes end.
    init(in bytes: Span<UInt8>, headerAt start: Int, packetEnd: Int, capturedEnd: Int) {
        nextHeader = bytes[start + 6]
        position = start + IPv6Layout.headerLength
        var announcedAt = start + 6
        while true {
            let needed: Int
            switch nextHeader {
            case IPv6Layout.hopByHop, IPv6Layout.routing, IPv6Layout.destinationOptions, IPv6Layout.authentication:
                needed = 2
            case IPv6Layout.fragment:
                needed = IPv6Layout.fragmentHeaderLength
            default:
                return
            }
            guard position + needed <= min(packetEnd, capturedEnd) else {
                state = position + needed <= packetEnd ? .cut : .broken
                return
            }
            let header = nextHeader
            nextHeader = bytes[position]
            switch header {
            case IPv6Layout.fragment:
                let isLater = readFragment(in: bytes, announcedAt: announcedAt)
                announcedAt = position
                position += IPv6Layout.fragmentHeaderLength
                if isLater { return }
            case IPv6Layout.authentication:
                isAuthenticated = true
                announcedAt = position
                position += (Int(bytes[position + 1]) + 2) * 4
            default:
                announcedAt = position
                position += (Int(bytes[position + 1]) + 1) * 8
            }
        }
    }

    /// Reads the fragment header at `position`; true when what follows is the middle of a datagram. The first such
    /// header is the one that defragmentation works on.
    private mutating func readFragment(in bytes: Span<UInt8>, announcedAt: Int) -> Bool {
        let field = bytes.uint16(at: position + 2)
        let dataOffset = Int(field & 0xfff8)
        let moreFollow = field & 1 == 1
        if fragment.headerOffset == nil {
            fragment = Fragment(
                position: dataOffset > 0 ? .later : moreFollow ? .first : .whole,
                dataOffset: dataOffset,
                moreFollow: moreFollow,
                identification: bytes.uint32(at: position + 4),
                headerOffset: position,
                announcedAt: announcedAt)
        } else if dataOffset > 0 {
            fragment.position = .later
        }
        return dataOffset > 0
    }
}
