public import NetTypes

/// A rule that a packet came through, in the order of evaluation.
public struct RuleHit: Hashable, Sendable {
    /// Index into `Ruleset.rules`.
    public var rule: Int
    /// What the rule said; `nil` when an expression behind its counter did not match.
    public var verdict: RuleVerdict?
    /// Whether the packet reached the rule's counter.
    public var isCounted: Bool
}

/// What became of a packet in one hook.
public struct HookResult: Sendable {
    /// What had the last word.
    public enum Decision: Hashable, Sendable {
        /// A rule's accept or drop, by index into `Ruleset.rules`.
        case rule(Int)
        /// The policy of a base chain, by index into `Ruleset.chains`.
        case policy(Int)
        /// No base chain saw the packet.
        case nothing
    }

    public var verdict: Verdict
    /// The rule or policy that dropped; else the last rule that accepted; else the last policy.
    public var decision: Decision
    /// The packet's mark behind the hook.
    public var mark: UInt32
    /// The connection behind the hook: `notrack` and `ct mark set` show here.
    public var connection: PacketContext.Connection
    /// Rules that matched or counted, all base chains together.
    public var trace: [RuleHit]
}
