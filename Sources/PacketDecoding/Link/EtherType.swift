import NetTypes

/// The EtherType numbers that lead to IP, and those with a word of their own (linux/if_ether.h, `ETH_P_*`).
enum EtherType {
    static let ipv4: UInt16 = 0x0800
    static let arp: UInt16 = 0x0806
    static let vlan: UInt16 = 0x8100
    static let ipv6: UInt16 = 0x86dd
    static let mplsUnicast: UInt16 = 0x8847
    static let mplsMulticast: UInt16 = 0x8848
    static let pppoeSession: UInt16 = 0x8864
    static let serviceVLAN: UInt16 = 0x88a8
    /// Outer tags as used before 802.1ad fixed one.
    static let oldServiceVLAN: UInt16 = 0x9100
    static let otherOldServiceVLAN: UInt16 = 0x9200
    /// Values up to here are an 802.3 frame length instead.
    static let largestFrameLength: UInt16 = 1500
}

extension LinkWalk {
    /// `position` stands behind the type field.
    mutating func etherType(_ type: UInt16, in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        switch type {
        case EtherType.ipv4: return .network(.v4)
        case EtherType.ipv6: return .network(.v6)
        case EtherType.vlan, EtherType.serviceVLAN, EtherType.oldServiceVLAN, EtherType.otherOldServiceVLAN:
            return try vlanTag(in: bytes)
        case EtherType.mplsUnicast, EtherType.mplsMulticast: return .labelStack
        case EtherType.pppoeSession: return try pppoeSession(in: bytes)
        case EtherType.arp: throw fault(.arp)
        case ...EtherType.largestFrameLength: return try frameLength(type)
        default: throw fault(.notIP)
        }
    }

    /// Tag control information (priority 3 bits, drop 1, id 12) and the type of what follows.
    private mutating func vlanTag(in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        try require(4)
        facts.encapsulations.insert(.vlan)
        if facts.vlan == nil { facts.vlan = bytes.uint16(at: position) & 0x0fff }
        let type = bytes.uint16(at: position + 2)
        position += 4
        return .etherType(type)
    }

    /// The type field held a length: 802.2 follows, padding may come behind it.
    private mutating func frameLength(_ length: UInt16) throws(DecodeError) -> LinkStep {
        let end = position + Int(length)
        originalEnd = originalEnd.map { min($0, end) } ?? end
        capturedEnd = min(capturedEnd, end)
        return .logicalLink
    }
}
