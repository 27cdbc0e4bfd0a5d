import CNftnl

/// `bitwise`: `(source & mask) ^ xor` (net/netfilter/nft_bitwise.c). Shifts are refused.
struct BitwiseExpression: Sendable {
    private let source: Registers.Position
    private let target: Registers.Position
    private let mask: [UInt8]
    private let xor: [UInt8]

    init(_ attributes: ExpressionAttributes) throws(RulesetError) {
        let operation = attributes.number(NFTNL_EXPR_BITWISE_OP)
        // Mask and xor, the first operation; its name changed between headers (NFT_BITWISE_BOOL, NFT_BITWISE_MASK_XOR).
        guard operation < NFT_BITWISE_LSHIFT.rawValue else { throw attributes.unsupported("operation \(operation)") }
        let length = try attributes.length(NFTNL_EXPR_BITWISE_LEN)
        mask = try attributes.bytes(NFTNL_EXPR_BITWISE_MASK, "mask")
        xor = try attributes.bytes(NFTNL_EXPR_BITWISE_XOR, "xor")
        guard mask.count == length, xor.count == length else {
            throw attributes.unsupported("mask or xor of another length than \(length)")
        }
        source = try attributes.register(NFTNL_EXPR_BITWISE_SREG, holding: length)
        target = try attributes.register(NFTNL_EXPR_BITWISE_DREG, holding: length)
    }

    func run(on machine: inout Machine) -> Step {
        for index in mask.indices {
            machine.registers[target.offset + index] =
                machine.registers[source.offset + index] & mask[index] ^ xor[index]
        }
        machine.registers.clearWord(after: target, mask.count)
        return .next
    }
}
