import NetTypes

extension LinkWalk {
    /// PPP with or without its HDLC-like address and control bytes `ff 03` (RFC 1662).
    mutating func pppFraming(in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        try require(2)
        if bytes.uint16(at: position) == 0xff03 { position += 2 }
        return .pointToPoint
    }

    /// LINKTYPE_PPP_HDLC: PPP, or Cisco HDLC when the address is its unicast 0x0f or multicast 0x8f.
    mutating func serialFraming(in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        try require(2)
        switch bytes[position] {
        case 0x0f, 0x8f: return try ciscoHDLC(in: bytes)
        default: return try pppFraming(in: bytes)
        }
    }

    /// Address 1, control 1, EtherType 2.
    mutating func ciscoHDLC(in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        try require(4)
        let type = bytes.uint16(at: position + 2)
        guard type > EtherType.largestFrameLength else { throw fault(.notIP) }
        position += 4
        return .etherType(type)
    }

    /// Version and type 1, code 1, session 2, length 2, then PPP without address and control (RFC 2516).
    mutating func pppoeSession(in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        try require(6)
        facts.encapsulations.insert(.pppoe)
        let sessionData: UInt8 = 0
        guard bytes[position] == 0x11, bytes[position + 1] == sessionData else { throw fault(.linkHeader) }
        position += 6
        return .pointToPoint
    }

    /// The PPP protocol number: 2 bytes, or 1 when compressed (its low bit is set; RFC 1661, 6.5).
    mutating func pointToPoint(in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        try require(1)
        let number: UInt16
        let length: Int
        if bytes[position] & 1 == 1 {
            number = UInt16(bytes[position])
            length = 1
        } else {
            try require(2)
            number = bytes.uint16(at: position)
            length = 2
        }
        switch number {
        case 0x0021:
            position += length
            return .network(.v4)
        case 0x0057:
            position += length
            return .network(.v6)
        case 0x0281, 0x0283:
            position += length
            return .labelStack
        default:
            throw fault(.notIP)
        }
    }
}
