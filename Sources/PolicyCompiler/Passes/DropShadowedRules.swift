import Classification
import NetTypes

extension TreePass {
    /// Turns rules whose packets a rule before them in the same list always takes into removed ones.
    /// Safe: Allow, Deny and Pass end the list for every packet that they match, so the later rule sees none of its own.
    static let dropShadowedRules = TreePass(
        "drop-shadowed-rules", "turns rules that one before takes into removed ones"
    ) { tree in
        var shadows = Shadows(relations: SetRelations(tree))
        return tree.removingRules { shadows.reasons($1) }
    }
}

/// Finds the shadowed rules of one chain. Compares each rule with a bounded number of others: those just before it, and
/// the latest ones with the same sets on both ends, or without any on one or both.
private struct Shadows {
    var relations: SetRelations

    private static let neighbours = 8
    private static let alike = 4

    private struct Ends: Hashable {
        var source: [IPSetID]
        var destination: [IPSetID]
    }

    mutating func reasons(_ chain: RuleChain) -> [RemovedRule.Reason?] {
        var reasons = [RemovedRule.Reason?](repeating: nil, count: chain.rules.count)
        guard chain.rules.count > 1 else { return reasons }
        var kept: [Int] = []
        var latest: [Ends: [Int]] = [:]
        for (index, rule) in chain.rules.enumerated() where rule.action != .log {
            let ends = Ends(source: rule.match.source.inSets, destination: rule.match.destination.inSets)
            let candidates = Self.places(like: ends, latest) + kept.suffix(Self.neighbours)
            let shadow = candidates.first { place in
                reasons[place] == nil && relations.covers(chain.rules[place].match, rule.match)
            }
            if let shadow {
                reasons[index] = Self.reason(rule, behind: chain.rules[shadow])
                continue
            }
            // Tree rules of the same manifest rule right before this one may be part of it.
            for place in kept.suffix(Self.neighbours).reversed() {
                guard chain.rules[place].isOneManifestRule(with: rule) else { break }
                if relations.covers(rule.match, chain.rules[place].match) { reasons[place] = .merged }
            }
            kept.removeAll { reasons[$0] != nil }
            kept = kept.suffix(Self.neighbours) + [index]
            latest[ends] = (latest[ends] ?? []).suffix(Self.alike) + [index]
        }
        return reasons
    }

    private static func places(like ends: Ends, _ latest: [Ends: [Int]]) -> [Int] {
        let keys = [
            ends, Ends(source: [], destination: ends.destination), Ends(source: ends.source, destination: []),
            Ends(source: [], destination: []),
        ]
        return keys.flatMap { (latest[$0] ?? []) }
    }

    private static func reason(_ rule: Rule, behind shadow: Rule) -> RemovedRule.Reason {
        rule.isOneManifestRule(with: shadow) ? .merged : .shadowed(by: shadow.manifestIndex)
    }
}

extension Rule {
    /// Whether both were made of one rule of a manifest and do the same: whichever decides, reports say the same.
    func isOneManifestRule(with other: Rule) -> Bool {
        manifestIndex == other.manifestIndex && action == other.action && location == other.location
            && name == other.name
    }
}
