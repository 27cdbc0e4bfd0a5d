import NetTypes

extension LinkWalk {
    /// Address family 4, then IP. NULL writes it in the byte order of the capturing host, so both orders are taken;
    /// LOOP writes it big-endian. AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 24, 28 or 30 on the BSDs and macOS.
    mutating func loopback(bigEndianOnly: Bool, in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        try require(4)
        let bigEndian = bytes.uint32(at: position)
        let family = bigEndianOnly || bigEndian < 0x10000 ? bigEndian : bigEndian.byteSwapped
        switch family {
        case 2:
            position += 4
            return .network(.v4)
        case 10, 24, 28, 30:
            position += 4
            return .network(.v6)
        default:
            throw fault(.notIP)
        }
    }
}
