import NetTypes

extension LinkWalk {
    /// MPLS: 4-byte entries (label 20 bits, class 3, bottom of stack 1, time to live 8) until the bottom one. MPLS
    /// does not say what comes next; the first nibble does: 4 and 6 are IP, 0 is the control word of an Ethernet
    /// pseudowire (RFC 4385, RFC 4928).
    mutating func labelStack(in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        facts.encapsulations.insert(.mpls)
        let maximumDepth = 16
        for _ in 0..<maximumDepth {
            try require(4)
            let isBottom = bytes[position + 2] & 1 == 1
            position += 4
            guard isBottom else { continue }
            try require(1)
            switch bytes[position] >> 4 {
            case 4: return .network(.v4)
            case 6: return .network(.v6)
            case 0:
                try require(4)
                facts.encapsulations.insert(.pseudowire)
                position += 4
                return .ethernet
            default: throw fault(.notIP)
            }
        }
        throw fault(.tooManyLinkHeaders)
    }
}
