import CNftnl
import NetTypes

/// `exthdr`: bytes or presence of an IPv6 extension header (net/netfilter/nft_exthdr.c). Options of TCP, IPv4 and SCTP
/// are refused.
struct ExtensionHeaderExpression: Sendable {
    private let header: UInt8
    private let offset: Int
    private let length: Int
    private let wantsPresence: Bool
    private let target: Registers.Position

    init(_ attributes: ExpressionAttributes) throws(RulesetError) {
        let operation = attributes.number(NFTNL_EXPR_EXTHDR_OP)
        guard operation == NFT_EXTHDR_OP_IPV6.rawValue, !attributes.has(NFTNL_EXPR_EXTHDR_SREG) else {
            throw attributes.unsupported("operation \(operation)")
        }
        let flags = attributes.number(NFTNL_EXPR_EXTHDR_FLAGS)
        wantsPresence = flags & UInt32(NFT_EXTHDR_F_PRESENT.rawValue) != 0
        header = UInt8(truncatingIfNeeded: attributes.number(NFTNL_EXPR_EXTHDR_TYPE))
        offset = Int(attributes.number(NFTNL_EXPR_EXTHDR_OFFSET) & 0xff)
        length = try attributes.length(NFTNL_EXPR_EXTHDR_LEN)
        target = try attributes.register(NFTNL_EXPR_EXTHDR_DREG, holding: length)
    }

    func run(on machine: inout Machine) -> Step {
        let bytes = machine.packet.bytes
        let start =
            machine.packet.family == .v6 ? IPv6HeaderChain(bytes[...]).offset(ofHeader: header) : nil
        if wantsPresence {
            machine.registers.write([start == nil ? 0 : 1], at: target)
            return .next
        }
        guard let start, start + offset + length <= bytes.count else { return .stop }
        machine.registers.write(bytes[(start + offset)..<(start + offset + length)], at: target)
        return .next
    }
}
