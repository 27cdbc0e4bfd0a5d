extension LinkWalk {
    /// Destination 6, source 6, type 2 (IEEE 802.3).
    mutating func ethernet(in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        try require(14)
        let type = bytes.uint16(at: position + 12)
        position += 14
        return .etherType(type)
    }

    /// Frame control 1, destination 6, source 6; 802.2 follows (RFC 1188).
    mutating func fddi(in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        try require(13)
        position += 13
        return .logicalLink
    }

    /// Global routing header 40, then type 2 and reserved 2 (RFC 4391; LINKTYPE_IPOIB).
    mutating func infiniBand(in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        try require(44)
        let type = bytes.uint16(at: position + 40)
        position += 44
        return .etherType(type)
    }
}
