public import Classification
public import PolicyIR

extension MatchTree {
    /// Resolved cluster → match tree. Deterministic: the same resources give the same tree, byte for byte when printed.
    ///
    /// The result satisfies `verify()`; debug builds check it.
    public static func compile(_ cluster: ResolvedCluster) -> MatchTree {
        var builder = TreeBuilder(cluster)
        let tree = builder.build()
        assert(tree.verify().isEmpty, "BuildMatchTree broke an invariant: \(tree.verify())")
        return tree
    }
}
