public import Classification

/// One optimization: a function from tree to tree that changes no verdict and no deciding rule.
///
/// `MatchTree.verify()` holds after each; a second run finds nothing left to do.
public struct TreePass: Sendable {
    /// What the command line calls it: a verb and its object.
    public let name: String
    /// What it does, as "turns X into Y".
    public let summary: String
    private let transform: @Sendable (MatchTree) -> MatchTree

    init(_ name: String, _ summary: String, _ transform: @escaping @Sendable (MatchTree) -> MatchTree) {
        self.name = name
        self.summary = summary
        self.transform = transform
    }

    public func callAsFunction(_ tree: MatchTree) -> MatchTree { transform(tree) }

    /// Every pass, in the order in which they run: each finds what those before it uncover.
    public static let all: [TreePass] = [
        .splitFamilies, .dropContainedSets, .mergePorts, .dropEmptyRules, .fuseRules, .dropShadowedRules, .resolveTiers,
        .sharePrograms, .internSets,
    ]

    /// All but those of these names.
    public static func all(without names: Set<String>) -> [TreePass] { all.filter { !names.contains($0.name) } }
}
