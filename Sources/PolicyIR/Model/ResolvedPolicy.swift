public import Diagnostics
public import NetTypes
public import Selectors

/// One policy, free of its resource kind.
public struct ResolvedPolicy: Sendable {
    public var name: PolicyName
    /// `nil` = after every number.
    public var order: Double?
    /// The effective selector text of calico.md 1.3: namespace and account conditions included.
    public var selector: Selector
    /// Where host endpoints judge it: untracked or preDNAT alone, or normal, with forward when it applies on forward.
    public var stages: Set<PolicyStage>
    /// Watched, not enforced: decides nothing, but a host endpoint's hook exists for it (calico.md 1.6).
    public var isStaged: Bool
    public var governsIngress: Bool
    public var governsEgress: Bool
    public var ingress: [PolicyRule]
    public var egress: [PolicyRule]
    public var location: SourceLocation

    public init(
        name: PolicyName, order: Double?, selector: Selector, stages: Set<PolicyStage> = [.normal],
        isStaged: Bool = false, governsIngress: Bool, governsEgress: Bool, ingress: [PolicyRule], egress: [PolicyRule],
        location: SourceLocation
    ) {
        self.stages = stages
        self.isStaged = isStaged
        self.name = name
        self.order = order
        self.selector = selector
        self.governsIngress = governsIngress
        self.governsEgress = governsEgress
        self.ingress = ingress
        self.egress = egress
        self.location = location
    }

    public func governs(_ direction: Direction) -> Bool { direction == .ingress ? governsIngress : governsEgress }
    public func rules(_ direction: Direction) -> [PolicyRule] { direction == .ingress ? ingress : egress }

    fileprivate func governs(_ labels: EffectiveLabels, _ direction: Direction, _ stage: PolicyStage) -> Bool {
        stages.contains(stage) && governs(direction) && selector.matches(labels)
    }
}

/// A tier with its policies in order of evaluation.
public struct ResolvedTier: Sendable {
    public var name: String
    /// What becomes of a packet that no policy of the tier decided: pass on instead of drop.
    public var passesAtEnd: Bool
    public var policies: [ResolvedPolicy]
    /// `nil` for built-in tiers without manifest and for tiers that only policies name.
    public var location: SourceLocation?

    public init(name: String, passesAtEnd: Bool, policies: [ResolvedPolicy], location: SourceLocation?) {
        self.name = name
        self.passesAtEnd = passesAtEnd
        self.policies = policies
        self.location = location
    }

    /// The enforced policies of a stage that govern an endpoint with these labels in a direction, in order. Workload
    /// endpoints have the stage `.normal` alone.
    public func policies(
        of labels: EffectiveLabels, _ direction: Direction, _ stage: PolicyStage
    ) -> [ResolvedPolicy] {
        policies.filter { !$0.isStaged && $0.governs(labels, direction, stage) }
    }

    /// The staged policies that `policies(of:_:_:)` leaves out.
    func stagedPolicies(
        of labels: EffectiveLabels, _ direction: Direction, _ stage: PolicyStage
    ) -> [ResolvedPolicy] {
        policies.filter { $0.isStaged && $0.governs(labels, direction, stage) }
    }

    /// Whether an endpoint with these labels has policies of a stage, staged ones included.
    public func hasPolicies(of labels: EffectiveLabels, _ stage: PolicyStage) -> Bool {
        policies.contains {
            $0.stages.contains(stage) && ($0.governsIngress || $0.governsEgress) && $0.selector.matches(labels)
        }
    }
}

/// A profile: rules for the end of the walk, and labels for the endpoints that list it.
public struct ResolvedProfile: Sendable {
    public var name: String
    public var ingress: [PolicyRule]
    public var egress: [PolicyRule]
    public var labels: Labels
    /// `nil` when synthesized.
    public var location: SourceLocation?

    public init(
        name: String, ingress: [PolicyRule], egress: [PolicyRule], labels: Labels, location: SourceLocation?
    ) {
        self.name = name
        self.ingress = ingress
        self.egress = egress
        self.labels = labels
        self.location = location
    }

    public func rules(_ direction: Direction) -> [PolicyRule] { direction == .ingress ? ingress : egress }
}
