import NetTypes

/// Netfilter's log: address family 1, version 1, resource id 2, then attributes of length 2 (their own 4 header bytes
/// included), type 2 and value, padded to 4 bytes. Lengths and types are in the byte order of the capturing host
/// (LINKTYPE_NFLOG; `linux/netfilter/nfnetlink_log.h`).
extension LinkWalk {
    mutating func netfilterLog(in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        try require(4)
        let family: LinkStep
        switch bytes[position] {
        case 2: family = .network(.v4)
        case 10: family = .network(.v6)
        default: throw fault(.notIP)
        }
        position += 4
        let payloadAttribute: UInt16 = 9  // NFULA_PAYLOAD
        while true {
            try require(4)
            var length = bytes.uint16(at: position).byteSwapped
            var type = bytes.uint16(at: position + 2).byteSwapped
            if type & 0x00ff == 0, type != 0 {  // a big-endian host: types are small numbers
                length = length.byteSwapped
                type = type.byteSwapped
            }
            guard length >= 4 else { throw fault(.linkHeader) }
            if type == payloadAttribute {
                // The log copies as many bytes as the rule asked for and does not say how long the packet was.
                capturedEnd = min(capturedEnd, position + Int(length))
                originalEnd = nil
                position += 4
                return family
            }
            position += (Int(length) + 3) & ~3
        }
    }
}
