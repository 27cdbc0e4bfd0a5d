import NetTypes

extension LinkWalk {
    /// IEEE 802.2: DSAP 1, SSAP 1, control 1; with SNAP (both 0xaa) organization 3 and EtherType 2 follow (RFC 1042).
    mutating func logicalLink(in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        try require(3)
        facts.encapsulations.insert(.logicalLink)
        let destination = bytes[position]
        let source = bytes[position + 1] & 0xfe  // the low bit tells command from response
        let control = bytes[position + 2]
        let unnumberedInformation: UInt8 = 0x03
        guard control == unnumberedInformation else { throw fault(.logicalLink) }
        switch (destination, source) {
        case (0x06, 0x06):  // the service access point of IPv4
            position += 3
            return .network(.v4)
        case (0xaa, 0xaa):
            try require(8)
            let organization = UInt32(bytes[position + 3]) << 16 | UInt32(bytes.uint16(at: position + 4))
            let type = bytes.uint16(at: position + 6)
            // Plain encapsulation, and the one of 802.1H bridges: an EtherType follows. A length there is no nested
            // frame.
            guard organization == 0 || organization == 0x0000f8, type > EtherType.largestFrameLength else {
                throw fault(.logicalLink)
            }
            position += 8
            return .etherType(type)
        default:
            throw fault(.logicalLink)
        }
    }
}
