import CNftnl

/// `lookup`: a key in a set, a verdict map or a map (net/netfilter/nft_lookup.c).
struct LookupExpression: Sendable {
    private enum Use: Sendable {
        case member(inverted: Bool)
        case verdict
        case data(Registers.Position)
    }

    /// Index into the ruleset's sets.
    let set: Int
    private let key: Registers.Position
    private let keyLength: Int
    private let use: Use

    init(_ attributes: ExpressionAttributes, _ scope: ExpressionScope) throws(RulesetError) {
        guard let name = attributes.text(NFTNL_EXPR_LOOKUP_SET) else {
            throw attributes.unsupported("missing set name")
        }
        set = try scope.set(name, attributes.optionalNumber(NFTNL_EXPR_LOOKUP_SET_ID))
        let shape = scope.shape(set)
        keyLength = shape.keyLength
        key = try attributes.register(NFTNL_EXPR_LOOKUP_SREG, holding: keyLength)
        let flags = attributes.number(NFTNL_EXPR_LOOKUP_FLAGS)
        let isInverted = flags & UInt32(NFT_LOOKUP_F_INV.rawValue) != 0
        guard flags & ~UInt32(NFT_LOOKUP_F_INV.rawValue) == 0 else { throw attributes.unsupported("flags \(flags)") }
        switch (attributes.optionalNumber(NFTNL_EXPR_LOOKUP_DREG), shape.data) {
        case (nil, _): use = .member(inverted: isInverted)
        case (NFT_REG_VERDICT.rawValue, .verdict) where !isInverted: use = .verdict
        case (_, .bytes(let count)) where !isInverted:
            use = .data(try attributes.register(NFTNL_EXPR_LOOKUP_DREG, holding: count))
        default: throw attributes.unsupported("a destination that the set '\(name)' has no data for")
        }
    }

    /// Whether the lookup's outcome is a verdict of the set's.
    var yieldsVerdict: Bool { if case .verdict = use { true } else { false } }

    func run(on machine: inout Machine, sets: [ElementSet]) -> Step {
        let found = sets[set].lookup(machine.registers.read(key, keyLength))
        switch (use, found) {
        case (.member(let inverted), _): return (found != nil) != inverted ? .next : .stop
        case (.verdict, .verdict(.goOn)): return .next
        case (.verdict, .verdict(let verdict)): return .verdict(verdict)
        case (.data(let target), .data(let bytes)):
            machine.registers.write(bytes, at: target)
            return .next
        default: return .stop
        }
    }
}
