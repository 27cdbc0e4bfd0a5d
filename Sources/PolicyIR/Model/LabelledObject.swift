public import Diagnostics
public import NetTypes
public import Selectors

/// Anything whose addresses a rule's selector can reach (calico.md 3.2): a workload endpoint, a host endpoint or a
/// network set.
public struct LabelledObject: Sendable {
    public enum Kind: Sendable, Hashable {
        case workload
        case host
        case networkSet
    }

    public var kind: Kind
    /// For reading: `pod ns/name`, `NetworkSet ns/name`, …
    public var name: String
    public var labels: EffectiveLabels
    /// Single addresses of endpoints, blocks of network sets.
    public var prefixes: [IPPrefix]
    /// Never of network sets.
    public var namedPorts: [NamedPort]
    public var location: SourceLocation?

    public init(
        kind: Kind, name: String, labels: EffectiveLabels, prefixes: [IPPrefix], namedPorts: [NamedPort],
        location: SourceLocation?
    ) {
        self.kind = kind
        self.name = name
        self.labels = labels
        self.prefixes = prefixes
        self.namedPorts = namedPorts
        self.location = location
    }
}
