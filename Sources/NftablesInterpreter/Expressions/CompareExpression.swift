import CNftnl

/// `cmp` and `range`: a register against constants, byte by byte (nft_cmp.c, nft_range.c).
struct CompareExpression: Sendable {
    private enum Test: Sendable {
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
        /// Within `first`…`last`, inclusive.
        case within(last: [UInt8])
        case outside(last: [UInt8])
    }

    private let source: Registers.Position
    private let first: [UInt8]
    private let test: Test

    init(comparison attributes: ExpressionAttributes) throws(RulesetError) {
        first = try attributes.bytes(NFTNL_EXPR_CMP_DATA, "data")
        source = try attributes.register(NFTNL_EXPR_CMP_SREG, holding: first.count)
        switch attributes.number(NFTNL_EXPR_CMP_OP) {
        case NFT_CMP_EQ.rawValue: test = .equal
        case NFT_CMP_NEQ.rawValue: test = .notEqual
        case NFT_CMP_LT.rawValue: test = .less
        case NFT_CMP_LTE.rawValue: test = .lessOrEqual
        case NFT_CMP_GT.rawValue: test = .greater
        case NFT_CMP_GTE.rawValue: test = .greaterOrEqual
        case let other: throw attributes.unsupported("operation \(other)")
        }
    }

    init(range attributes: ExpressionAttributes) throws(RulesetError) {
        first = try attributes.bytes(NFTNL_EXPR_RANGE_FROM_DATA, "lower end")
        let last = try attributes.bytes(NFTNL_EXPR_RANGE_TO_DATA, "upper end")
        guard first.count == last.count else { throw attributes.unsupported("ends of different length") }
        source = try attributes.register(NFTNL_EXPR_RANGE_SREG, holding: first.count)
        switch attributes.number(NFTNL_EXPR_RANGE_OP) {
        case NFT_RANGE_EQ.rawValue: test = .within(last: last)
        case NFT_RANGE_NEQ.rawValue: test = .outside(last: last)
        case let other: throw attributes.unsupported("operation \(other)")
        }
    }

    func run(on machine: inout Machine) -> Step {
        let registers = machine.registers
        let order = registers.compare(source, with: first)
        let holds =
            switch test {
            case .equal: order == 0
            case .notEqual: order != 0
            case .less: order < 0
            case .lessOrEqual: order <= 0
            case .greater: order > 0
            case .greaterOrEqual: order >= 0
            case .within(let last): order >= 0 && registers.compare(source, with: last) <= 0
            case .outside(let last): order < 0 || registers.compare(source, with: last) > 0
            }
        return holds ? .next : .stop
    }
}
