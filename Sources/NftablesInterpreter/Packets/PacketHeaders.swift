import NetTypes

/// Where the headers of a packet lie, as nft_set_pktinfo_ipv4 and _ipv6 find out before the first rule.
struct PacketHeaders: Hashable, Sendable {
    let family: IPFamily
    /// The last protocol of the header chain; `nil` when the chain is broken (IPv6 only).
    let transportProtocol: UInt8?
    /// Offset of the transport header. 0 for a later IPv6 fragment: the kernel leaves it unset.
    let transportOffset: Int
    /// Offset of the fragment's data in the datagram, in whichever unit the family has; 0: whole packet or first fragment.
    let fragmentOffset: UInt16

    /// - Returns: the headers, and the packet's length by its own account.
    static func parse(_ bytes: [UInt8]) throws(PacketFault) -> (PacketHeaders, length: Int) {
        switch bytes.first.map({ $0 >> 4 }) {
        case 4: try parse4(bytes)
        case 6: try parse6(bytes)
        default: throw .notIP
        }
    }

    private static func parse4(_ bytes: [UInt8]) throws(PacketFault) -> (PacketHeaders, length: Int) {
        guard bytes.count >= 20 else { throw .truncated(needed: 20, found: bytes.count) }
        let headerLength = Int(bytes[0] & 15) * 4
        let total = Int(be16(bytes, 2))
        guard headerLength >= 20 else { throw .notIP }
        guard total >= headerLength else { throw .truncated(needed: headerLength, found: total) }
        guard bytes.count >= total else { throw .truncated(needed: total, found: bytes.count) }
        let headers = PacketHeaders(
            family: .v4, transportProtocol: bytes[9], transportOffset: headerLength,
            fragmentOffset: be16(bytes, 6) & 0x1fff)
        return (headers, total)
    }

    private static func parse6(_ bytes: [UInt8]) throws(PacketFault) -> (PacketHeaders, length: Int) {
        guard bytes.count >= 40 else { throw .truncated(needed: 40, found: bytes.count) }
        let total = 40 + Int(be16(bytes, 4))
        guard bytes.count >= total else { throw .truncated(needed: total, found: bytes.count) }
        let end = IPv6HeaderChain(bytes[..<total]).transport()
        let headers = PacketHeaders(
            family: .v6, transportProtocol: end?.proto, transportOffset: end?.offset ?? 0,
            fragmentOffset: end?.fragmentOffset ?? 0)
        return (headers, total)
    }

    private static func be16(_ bytes: [UInt8], _ offset: Int) -> UInt16 {
        UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
    }
}
