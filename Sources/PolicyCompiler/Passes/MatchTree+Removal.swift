import Classification

extension MatchTree {
    /// The tree without some rules, which their chains remember.
    ///
    /// - Parameter reasons: for each rule of a chain why it goes; `nil` keeps it.
    func removingRules(_ reasons: (ChainID, RuleChain) -> [RemovedRule.Reason?]) -> MatchTree {
        var tree = self
        var isChanged = false
        for index in chains.indices {
            let chain = chains[index]
            let verdicts = reasons(ChainID(index), chain)
            guard verdicts.contains(where: { $0 != nil }) else { continue }
            isChanged = true
            tree.chains[index].rules = zip(chain.rules, verdicts).filter { $1 == nil }.map(\.0)
            tree.chains[index].removed += zip(chain.rules, verdicts).compactMap { rule, reason in
                reason.map { RemovedRule(rule, $0) }
            }
        }
        if isChanged { tree.renumberSites() }
        return tree
    }
}
