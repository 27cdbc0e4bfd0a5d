public import Diagnostics

/// What reading one input gives: its documents and everything wrong with its syntax.
public struct ReadManifest: Sendable {
    public var tree: NodeTree
    public var diagnostics: [Diagnostic]
    /// Of JSON inputs keys are exact and scalars typed by JSON; of YAML by YAML 1.1.
    public var isJSON: Bool
}
