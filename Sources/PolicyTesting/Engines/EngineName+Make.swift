public import Workspace

extension EngineName {
    /// An engine for these inputs.
    ///
    /// - Parameter comparesTables: whether the matcher asks decision tables, too. Building them costs more than a few
    ///   questions are worth.
    public func make(_ inputs: LoadedInputs, comparesTables: Bool = true) throws(EngineError) -> any VerdictEngine {
        switch self {
        case .reference: ReferenceEngine(inputs.cluster)
        case .matcher: MatcherEngine(inputs.tree, comparesTables: comparesTables)
        case .nft: try NftEngine(inputs.tree)
        case .kernel: KernelEngine(inputs.tree)
        }
    }
}
