/// Labels as selectors see them: the object's own, then those of its profiles in order (calico.md 1.7, T46).
public struct EffectiveLabels: LabelSource, Sendable {
    public var own: Labels
    /// Shared by every object of the same profiles, so that what is said of namespaces is worked out once for all of
    /// their pods.
    public let inheritance: Inheritance

    /// Labels of the profiles, first in the endpoint's list first.
    public var inherited: [Labels] { inheritance.labels }

    /// What the objects of one list of profiles inherit.
    public final class Inheritance: Sendable {
        public let labels: [Labels]
        public init(_ labels: [Labels]) { self.labels = labels }

        /// Of objects without profiles.
        public static let none = Inheritance([])
    }

    public init(own: Labels, inheritance: Inheritance) {
        self.own = own
        self.inheritance = inheritance
    }

    public init(own: Labels, inherited: [Labels]) {
        self.init(own: own, inheritance: inherited.isEmpty ? .none : Inheritance(inherited))
    }

    public subscript(key: String) -> String? {
        if let value = own[key] { return value }
        for labels in inheritance.labels {
            if let value = labels[key] { return value }
        }
        return nil
    }
}

extension Selector {
    /// `matches` for the labels that most objects have, compiled for them.
    public func matches(_ labels: EffectiveLabels) -> Bool { evaluate(labels) }

    /// The same for labels without inheritance.
    public func matches(_ labels: Labels) -> Bool { evaluate(labels) }
}
