public import Diagnostics
public import Selectors

/// The part of `metadata` that can matter to policy.
public struct ObjectMeta: Sendable {
    public var name: String
    /// `default` where a namespaced object names none; `nil` for cluster-scoped kinds.
    public var namespace: String?
    public var labels: Labels
    public var annotations: [String: String]
    /// `deletionTimestamp` is there.
    public var isBeingDeleted = false
    /// Of the object's first key: where reports point for the object as a whole.
    public var location: SourceLocation

    public init(
        name: String, namespace: String?, labels: Labels = Labels(), annotations: [String: String] = [:],
        location: SourceLocation
    ) {
        self.name = name
        self.namespace = namespace
        self.labels = labels
        self.annotations = annotations
        self.location = location
    }

    /// `namespace/name`, or the name of a cluster-scoped object.
    public var qualifiedName: String { namespace.map { "\($0)/\(name)" } ?? name }
}
