public import Diagnostics
public import NetTypes

/// A policy that is watched, not enforced: no chain of the tree is its own, and no verdict depends on it.
public struct StagedPolicy: Sendable, Hashable {
    public var name: PolicyName
    /// `nil` of a deletion.
    public var tier: String?
    /// Enforcing it removes a policy instead of adding one.
    public var isDeletion: Bool
    /// The enforced policy that it would take the place of, or remove; `nil` if there is none.
    public var replaces: PolicyName?
    public var location: SourceLocation

    public init(
        name: PolicyName, tier: String?, isDeletion: Bool, replaces: PolicyName?, location: SourceLocation
    ) {
        self.name = name
        self.tier = tier
        self.isDeletion = isDeletion
        self.replaces = replaces
        self.location = location
    }
}
