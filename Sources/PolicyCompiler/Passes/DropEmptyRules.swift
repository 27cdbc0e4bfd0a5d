import Classification
import NetTypes

extension TreePass {
    /// Turns rules whose conditions no packet fulfils into removed ones.
    /// Safe: they decide nothing; sets that follow domain names count as sets with members.
    static let dropEmptyRules = TreePass(
        "drop-empty-rules", "turns rules that match nothing into removed ones"
    ) { tree in
        var relations = SetRelations(tree)
        return tree.removingRules { _, chain in
            chain.rules.map { rule in
                let canMatch = rule.match.families.families.contains { relations.canMatch(rule.match, $0) }
                return canMatch || rule.action == .log ? nil : .cannotMatch
            }
        }
    }
}
