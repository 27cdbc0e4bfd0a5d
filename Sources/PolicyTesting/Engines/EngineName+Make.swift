public import Workspace

extension EngineName {
    /// An engine for these inputs.
    public func make(_ inputs: LoadedInputs) throws(EngineError) -> any VerdictEngine {
        switch self {
        case .reference: ReferenceEngine(inputs.cluster)
        case .matcher: MatcherEngine(inputs.tree)
        case .nft: try NftEngine(inputs.tree)
        case .kernel: KernelEngine(inputs.tree)
        }
    }
}
