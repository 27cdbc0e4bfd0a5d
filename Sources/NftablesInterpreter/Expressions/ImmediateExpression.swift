import CNftnl

/// `immediate`: a verdict, or constant bytes for a register (net/netfilter/nft_immediate.c).
struct ImmediateExpression: Sendable {
    private enum Content: Sendable {
        case verdict(RuleVerdict)
        case bytes([UInt8], Registers.Position)
    }

    private let content: Content

    init(_ attributes: ExpressionAttributes, _ scope: ExpressionScope) throws(RulesetError) {
        if let code = attributes.optionalNumber(NFTNL_EXPR_IMM_VERDICT) {
            content = .verdict(try scope.verdict(code, attributes.text(NFTNL_EXPR_IMM_CHAIN)))
        } else {
            let bytes = try attributes.bytes(NFTNL_EXPR_IMM_DATA, "data")
            content = .bytes(bytes, try attributes.register(NFTNL_EXPR_IMM_DREG, holding: bytes.count))
        }
    }

    /// The verdict, if it is one.
    var verdict: RuleVerdict? { if case .verdict(let verdict) = content { verdict } else { nil } }

    func run(on machine: inout Machine) -> Step {
        switch content {
        case .verdict(.goOn): return .next
        case .verdict(let verdict): return .verdict(verdict)
        case .bytes(let bytes, let target):
            machine.registers.write(bytes, at: target)
            return .next
        }
    }
}
