/// What the verdict register can hold, with chains as indices into `Ruleset.chains`.
public enum RuleVerdict: Hashable, Sendable {
    /// The next expression, and at a rule's end the next rule (NFT_CONTINUE).
    case goOn
    case accept
    case drop
    case jump(Int)
    /// As a jump that is not returned from.
    case goto(Int)
    case `return`
}
