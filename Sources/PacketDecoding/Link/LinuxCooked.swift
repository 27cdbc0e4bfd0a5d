/// Linux "any" captures. The link-layer header of the interface is gone; in its place
///
///     SLL   type 2 | ARPHRD 2 | address length 2 | address 8 | protocol 2                                  16 bytes
///     SLL2  protocol 2 | 0 2 | interface index 4 | ARPHRD 2 | type 1 | address length 1 | address 8        20 bytes
///
/// all big-endian (LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2).
extension LinkWalk {
    mutating func linuxCooked(in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        try require(16)
        facts.packetType = CookedPacketType(rawValue: bytes.uint16(at: position))
        let hardware = bytes.uint16(at: position + 2)
        let type = bytes.uint16(at: position + 14)
        position += 16
        return try cookedProtocol(type, hardware: hardware)
    }

    mutating func linuxCookedV2(in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        try require(20)
        let type = bytes.uint16(at: position)
        facts.interfaceIndex = bytes.uint32(at: position + 4)
        let hardware = bytes.uint16(at: position + 8)
        facts.packetType = CookedPacketType(rawValue: UInt16(bytes[position + 10]))
        position += 20
        return try cookedProtocol(type, hardware: hardware)
    }

    /// `ETH_P_802_2` is 4; the other small numbers are Linux's own and none of them is IP. For netlink devices the
    /// field is no EtherType at all.
    private func cookedProtocol(_ type: UInt16, hardware: UInt16) throws(DecodeError) -> LinkStep {
        let netlinkDevice: UInt16 = 824
        guard hardware != netlinkDevice else { throw fault(.notIP) }
        switch type {
        case 4: return .logicalLink
        case ...EtherType.largestFrameLength: throw fault(.notIP)
        default: return .etherType(type)
        }
    }
}
