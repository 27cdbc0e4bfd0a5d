extension NftRule {
    /// The instructions of this rule, the same that stock nft makes of its printed form (named after nft's
    /// `netlink_linearize.c`).
    public var expressions: [NftExpression] { statements.flatMap(\.expressions) }
}

extension NftStatement {
    var expressions: [NftExpression] {
        switch self {
        case .match(let match): match.expressions
        case .counter: [.counter]
        case .log(let prefix): [.log(LogMessage(prefix: prefix))]
        case .reject: [.reject(Rejection())]
        case .verdict(let verdict): [.immediate(verdict)]
        case .setMark(let bit): NftExpression.changingMark(bit, sets: true)
        case .clearMark(let bit): NftExpression.changingMark(bit, sets: false)
        case .notrack: [.notrack]
        case .verdictMap(let field, let map):
            [
                field.load(into: .first),
                .lookup(SetLookup(source: .first, set: map, isInverted: false, isVerdictMap: true)),
            ]
        }
    }
}
