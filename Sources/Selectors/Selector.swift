/// A parsed selector expression (calico.md 2).
public struct Selector: Hashable, Sendable {
    /// The canonical text (calico.md 2.3).
    public let canonicalText: String
}
