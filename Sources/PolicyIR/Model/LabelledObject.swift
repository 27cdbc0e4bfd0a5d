public import Diagnostics
public import NetTypes
public import Selectors

/// Labels as selectors see them: the object's own, then those of its profiles in order (calico.md 1.7, T46).
public struct EffectiveLabels: LabelSource, Sendable {
    public var own: Labels
    /// Labels of the profiles, first in the endpoint's list first.
    public var inherited: [Labels]

    public init(own: Labels, inherited: [Labels]) {
        self.own = own
        self.inherited = inherited
    }

    public subscript(key: String) -> String? {
        if let value = own[key] { return value }
        for labels in inherited {
            if let value = labels[key] { return value }
        }
        return nil
    }
}

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
