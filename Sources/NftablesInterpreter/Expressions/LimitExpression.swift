import CNftnl

/// `limit`: taken as never exhausted, since a single packet has no rate. `limit over` therefore never matches.
struct LimitExpression: Sendable {
    private let matchesExcess: Bool

    init(_ attributes: ExpressionAttributes) throws(RulesetError) {
        matchesExcess = attributes.number(NFTNL_EXPR_LIMIT_FLAGS) & UInt32(NFT_LIMIT_F_INV.rawValue) != 0
    }

    func run() -> Step { matchesExcess ? .stop : .next }
}
