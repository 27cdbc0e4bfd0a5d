public import Diagnostics
public import NetTypes

/// A rule of a manifest that a pass took out of the tree: no verdict can name it, reports still can.
public struct RemovedRule: Sendable, Hashable {
    /// Why the tree decides the same without it.
    public enum Reason: Sendable, Hashable {
        /// No packet fulfils its conditions, by the members that its sets have now.
        case cannotMatch
        /// The rule of this manifest index, before it in the same list, takes all of its packets.
        case shadowed(by: Int)
        /// Wherever the policy or profile applies, all packets are decided before it.
        case unreachable
        /// Its packets are those of another tree rule that was made of the same manifest rule.
        case merged
        /// A Pass where evaluation goes on in the same place without it.
        case passesOnAnyway
    }

    public var action: RuleAction
    /// Index in the manifest's `ingress` or `egress` list.
    public var manifestIndex: Int
    public var name: String?
    public var location: SourceLocation
    public var reason: Reason

    public init(_ rule: Rule, _ reason: Reason) {
        action = rule.action
        manifestIndex = rule.manifestIndex
        name = rule.name
        location = rule.location
        self.reason = reason
    }
}

extension RemovedRule.Reason {
    /// Whether packets can match the rule all the same.
    public var mayMatch: Bool {
        switch self {
        case .merged, .passesOnAnyway: true
        case .cannotMatch, .shadowed, .unreachable: false
        }
    }

    /// Stable, for tools.
    public var word: String {
        switch self {
        case .cannotMatch: "cannot-match"
        case .shadowed: "shadowed"
        case .unreachable: "unreachable"
        case .merged: "merged"
        case .passesOnAnyway: "passes-on-anyway"
        }
    }
}

extension RemovedRule.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .cannotMatch: "never: no packet can match"
        case .shadowed(let index): "never: [\(index)] takes its packets"
        case .unreachable: "never: packets are decided before"
        case .merged: "with another of its own"
        case .passesOnAnyway: "is what happens anyway"
        }
    }
}

extension RuleChain {
    /// The rules of the manifest that no packet will ever hit, by the tree's passes, each index once, ascending: those
    /// of which nothing is left in `rules`.
    public var neverHit: [RemovedRule] {
        let alive = Set(rules.map(\.manifestIndex) + removed.filter(\.reason.mayMatch).map(\.manifestIndex))
        var seen: Set<Int> = []
        return removed.filter { !alive.contains($0.manifestIndex) && seen.insert($0.manifestIndex).inserted }
            .sorted { $0.manifestIndex < $1.manifestIndex }
    }
}
