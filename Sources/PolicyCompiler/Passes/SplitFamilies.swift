import Classification
import NetTypes

extension TreePass {
    /// Turns a rule for both IP versions into one for the version in which a packet can match it at all.
    /// Safe: only a version in which the rule decides nothing is taken away.
    static let splitFamilies = TreePass(
        "split-families", "turns rules alive in one IP version into rules of it"
    ) { tree in
        var tree = tree
        var relations = SetRelations(tree)
        for chain in tree.chains.indices {
            for rule in tree.chains[chain].rules.indices {
                let match = tree.chains[chain].rules[rule].match
                guard match.families == .both else { continue }
                let possible = IPFamily.allCases.filter { relations.canMatch(match, $0) }
                guard possible.count == 1 else { continue }
                tree.chains[chain].rules[rule].match.families = FamilySet(possible[0])
            }
        }
        return tree
    }
}
