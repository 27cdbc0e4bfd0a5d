public import Classification
public import PolicyIR

extension MatchTree {
    /// Resolved cluster → match tree. Deterministic: the same resources give the same tree, byte for byte when printed.
    ///
    /// The result satisfies `verify()`; debug builds check it, after each pass, too.
    ///
    /// - Parameter passes: none leaves every rule as it was lowered.
    public static func compile(_ cluster: ResolvedCluster, passes: [TreePass] = TreePass.all) -> MatchTree {
        var builder = TreeBuilder(cluster)
        let tree = builder.build()
        assert(tree.verify().isEmpty, "BuildMatchTree broke an invariant: \(tree.verify())")
        return tree.optimized(by: passes)
    }
}
