import CNftnl

/// `byteorder`: turns each group of 2, 4 or 8 bytes between host and network order (net/netfilter/nft_byteorder.c);
/// both directions are the same exchange.
struct ByteorderExpression: Sendable {
    private let source: Registers.Position
    private let target: Registers.Position
    private let length: Int
    private let size: Int

    init(_ attributes: ExpressionAttributes) throws(RulesetError) {
        length = try attributes.length(NFTNL_EXPR_BYTEORDER_LEN)
        size = Int(attributes.number(NFTNL_EXPR_BYTEORDER_SIZE))
        guard [2, 4, 8].contains(size) else { throw attributes.unsupported("size \(size)") }
        source = try attributes.register(NFTNL_EXPR_BYTEORDER_SREG, holding: length)
        target = try attributes.register(NFTNL_EXPR_BYTEORDER_DREG, holding: length)
    }

    func run(on machine: inout Machine) -> Step {
        guard UInt16(1).bigEndian != 1 else { return .next }
        let value = machine.registers.read(source, length)
        // Whole groups alone; nft asks for groups of 2 in single bytes too, which is nothing.
        for start in stride(from: 0, through: length - size, by: size) {
            for (index, byte) in value[start..<(start + size)].reversed().enumerated() {
                machine.registers[target.offset + start + index] = byte
            }
        }
        return .next
    }
}
