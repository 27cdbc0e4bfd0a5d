public import Diagnostics
public import NetTypes

/// A condition of a rule, as a user wrote it.
public enum RuleCondition: String, Sendable, Hashable {
    case ipVersion = "ipVersion"
    case addressFamily = "address family"
    case proto = "protocol"
    case notProtocol = "notProtocol"
    case sourceNets = "source.nets"
    case sourceNotNets = "source.notNets"
    case sourceNamespace = "source namespace labels"
    case sourceSelector = "source labels"
    case sourceNotSelector = "source.notSelector"
    case sourcePorts = "source.ports"
    case sourceNotPorts = "source.notPorts"
    case sourceService = "source.services"
    case destinationNets = "destination.nets"
    case destinationNotNets = "destination.notNets"
    case destinationNamespace = "destination namespace labels"
    case destinationSelector = "destination labels"
    case destinationNotSelector = "destination.notSelector"
    case destinationPorts = "destination.ports"
    case destinationNotPorts = "destination.notPorts"
    case destinationService = "destination.services"
    case destinationDomains = "destination.domains"
    case icmp = "icmp"
    case notICMP = "notICMP"

    public var isAboutPorts: Bool {
        switch self {
        case .sourcePorts, .sourceNotPorts, .destinationPorts, .destinationNotPorts: true
        default: false
        }
    }
}

/// Why one condition does not hold for a packet.
public struct Mismatch: Sendable, Hashable {
    public var condition: RuleCondition
    /// What the packet has against what the rule wants.
    public var detail: String

    public init(_ condition: RuleCondition, _ detail: String) {
        self.condition = condition
        self.detail = detail
    }
}

/// One line of the way that a packet took through policy.
public enum WalkEvent: Sendable {
    /// Policy of one endpoint in one direction begins.
    case endpoint(name: String, direction: Direction)
    /// Policy of a host endpoint begins.
    case hostEndpoint(name: String, direction: Direction, stage: PolicyStage)
    /// A tier that exists for the endpoint and direction.
    case tier(String, policies: [PolicyName])
    /// Policies of a tier that would govern here, but are staged: they decide nothing.
    case staged(String, policies: [PolicyName])
    /// A rule was tried; no mismatches means that it matched.
    case rule(RuleOwner, index: Int, action: RuleAction, mismatches: [Mismatch], location: SourceLocation)
    /// None of the tier's policies decided.
    case endOfTier(String, passes: Bool)
    case profile(String, exists: Bool)
    /// Something other than policy decided.
    case fixed(FixedSite)
    case noProfile
}

/// The reference evaluator's answer about one packet at one node.
public struct ReferenceJudgement: Sendable {
    public var verdict: Verdict
    /// Every acceptance on the way, or the acceptances before the one denial and that denial last.
    public var steps: [DecisionStep]
    /// Place of the rule of each step, parallel to `steps`; `nil` where no manifest decided.
    public var locations: [SourceLocation?]
    public var walk: [WalkEvent]
    /// Untracked policy took the packet out of connection tracking: it makes no entry and is not translated.
    public var isUntracked: Bool
}
