public import Classification
public import Diagnostics
public import NetTypes
public import NetworkTopology

/// Why a packet was accepted or dropped, as a stable word for tools and a sentence for people.
public struct Reason: Sendable, Hashable {
    /// Stable words of reports.
    public enum Code: String, Sendable, Hashable {
        /// No policy selects the endpoint in this direction and a profile allows.
        case noPolicy = "NO_POLICY"
        case rule = "RULE"
        case endOfTierDrop = "END_OF_TIER_DROP"
        /// Policies passed the packet on and a profile allowed it.
        case profileAllow = "PROFILE_ALLOW"
        /// A profile denies, is missing, or none allows.
        case profileDeny = "PROFILE_DENY"
        case hostToPod = "HOST_TO_POD"
        case endpointToHost = "ENDPOINT_TO_HOST"
        case conntrackEstablished = "CT_ESTABLISHED"
        case conntrackInvalid = "CT_INVALID"
        case encapsulation = "ENCAPSULATION"
        case neighbourDiscovery = "NEIGHBOUR_DISCOVERY"
        case unknownInterface = "UNKNOWN_INTERFACE"
        case noEndpoint = "NO_ENDPOINT"
        case noBackend = "NO_BACKEND"
        case failsafe = "FAILSAFE"
        case reversePath = "REVERSE_PATH"
        case noForwardPolicy = "NO_FORWARD_POLICY"
        case tunnel = "TUNNEL"
        case serviceLoop = "SERVICE_LOOP"
        /// A pod to its own address: never leaves the pod.
        case samePod = "SAME_POD"
    }

    public var code: Code
    public var verdict: Verdict
    public var direction: Direction?
    /// `namespace/name` of the workload endpoint, or name of the host endpoint, that was asked.
    public var endpoint: String?
    /// The kind of policy that was asked.
    public var stage: PolicyStage
    public var tier: String?
    /// The deciding policy, or every isolating one.
    public var policies: [PolicyName]
    public var profile: String?
    /// Index of the deciding rule in its manifest list.
    public var ruleIndex: Int?
    /// What the manifest calls the rule, where it does.
    public var ruleName: String?
    public var location: SourceLocation?
    /// The value in force on the pod's node, where it decided.
    public var endpointToHostAction: NodeSettings.EndpointToHostAction?
    /// What made the destination one of the deciding rule's domains.
    public var domain: DomainRecord?

    public init(code: Code, verdict: Verdict) {
        self.code = code
        self.verdict = verdict
        stage = .normal
        policies = []
    }
}

extension MatchTree {
    /// The reason behind one step of a packet's way; the deciding rule is looked for.
    public func reason(for step: DecisionStep) -> Reason {
        reason(for: step, rule: rule(behind: step), location: location(of: step))
    }

    /// The reason behind a step at a known site.
    public func reason(for step: DecisionStep, at site: SiteID) -> Reason {
        reason(for: step, rule: rule(at: site), location: location(of: site))
    }

    private func reason(for step: DecisionStep, rule: Rule?, location: SourceLocation?) -> Reason {
        var reason = Reason(code: code(of: step), verdict: step.verdict)
        reason.direction = step.direction
        reason.endpoint =
            step.endpoint.map { topology.endpoints[$0].name }
            ?? step.hostEndpoint.map { "host endpoint \(topology.hostEndpoints[$0].name)" }
        reason.stage = step.stage
        reason.location = location.flatMap { $0.isBuiltIn ? nil : $0 }
        switch step.cause {
        case .rule(.policy(let name, let tier), let index):
            reason.tier = tier
            reason.policies = [name]
            reason.ruleIndex = index
            reason.ruleName = rule?.name
        case .rule(.profile(let name), let index):
            reason.profile = name
            reason.ruleIndex = index
        case .endOfTier(let tier, let isolating):
            reason.tier = tier
            reason.policies = isolating
        case .missingProfile(let name):
            reason.profile = name
        case .fixed(.endpointToHostDrop), .fixed(.endpointToHostAccept), .fixed(.endpointToHostReturn):
            reason.endpointToHostAction = step.endpoint.map {
                nodeSettings[topology.endpoints[$0].node.value].endpointToHostAction
            }
        case .fixed, .noProfile:
            break
        }
        return reason
    }

    private func code(of step: DecisionStep) -> Reason.Code {
        switch step.cause {
        case .rule(.policy, _): .rule
        case .rule(.profile, _):
            step.verdict == .drop ? .profileDeny : isSelectedByPolicy(step) ? .profileAllow : .noPolicy
        case .endOfTier: .endOfTierDrop
        case .noProfile, .missingProfile: .profileDeny
        case .fixed(let site):
            switch site {
            case .conntrackEstablished: .conntrackEstablished
            case .conntrackInvalid: .conntrackInvalid
            case .encapsulationVXLAN, .encapsulationIPIP: .encapsulation
            case .neighbourDiscovery: .neighbourDiscovery
            case .endpointToHostDrop, .endpointToHostAccept, .endpointToHostReturn: .endpointToHost
            case .hostToWorkload: .hostToPod
            case .unknownInterface: .unknownInterface
            case .notPoliced: .noEndpoint
            case .serviceWithoutBackends: .noBackend
            case .failsafe: .failsafe
            case .reversePath, .reversePathExempt: .reversePath
            case .noForwardPolicy: .noForwardPolicy
            case .tunnelOfKnownHost, .tunnelOfUnknownHost: .tunnel
            case .serviceLoop: .serviceLoop
            }
        }
    }

    private func isSelectedByPolicy(_ step: DecisionStep) -> Bool {
        guard let direction = step.direction else { return false }
        let asked = step.endpoint.map { endpoints[$0] } ?? step.hostEndpoint.map { hostEndpoints[$0].normal }
        guard let programs = asked else { return false }
        return !self.programs[(direction == .ingress ? programs.ingress : programs.egress).value].tiers.isEmpty
    }
}

extension Reason {
    /// One sentence, with the manifest place where there is one.
    public func text(_ sources: SourceMap) -> String {
        let place = location.map { " (\(sources.lineText($0)))" } ?? ""
        let kind = stage == .normal ? nil : stage.word
        let end = [kind, direction?.word, endpoint.map { "of \($0)" }].compactMap { $0 }.joined(separator: " ")
        let because = domain.map { ": \($0)" } ?? ""
        return (end.isEmpty ? "" : "\(end): ") + sentence + place + because
    }

    private var sentence: String {
        switch code {
        case .rule:
            let policy = policies.first?.description ?? ""
            let list = direction.map { "\($0.word)[\(ruleIndex ?? 0)]" } ?? ""
            let name = ruleName.map { " \(JSONText.quoted($0))" } ?? ""
            return "\(verdict == .accept ? "allowed" : "denied") by \(policy) \(list)\(name), tier \(tier ?? "")"
        case .endOfTierDrop:
            let names = policies.map(\.description).joined(separator: ", ")
            return "isolated by \(names), no rule of tier \(tier ?? "") matches"
        case .noPolicy: return "no policy selects it, profile \(profile ?? "") allows"
        case .profileAllow: return "policies passed it on, profile \(profile ?? "") allows"
        case .profileDeny:
            guard let profile else { return "no profile allows" }
            return ruleIndex == nil ? "profile \(profile) does not exist, so it denies" : "profile \(profile) denies"
        case .hostToPod: return "a node always reaches its own pods"
        case .endpointToHost:
            let action = endpointToHostAction?.rawValue ?? (verdict == .accept ? "Accept" : "Drop")
            return "pod to its own node: defaultEndpointToHostAction \(action)"
                + (location == nil ? " (Felix's default)" : "")
        case .conntrackEstablished: return "part of an accepted connection"
        case .conntrackInvalid: return "connection tracking calls it invalid"
        case .encapsulation: return "a pod may not send VXLAN or IP-in-IP itself"
        case .neighbourDiscovery: return "IPv6 housekeeping between a pod and its node"
        case .unknownInterface: return "pod interface without endpoint"
        case .noEndpoint: return "no endpoint is involved, nothing is policed"
        case .noBackend: return "the service has no backend"
        case .failsafe: return "a failsafe port, which no policy closes"
        case .reversePath:
            return verdict == .drop
                ? "the source address is not behind the pod's interface" : "a source address that the pod was given"
        case .noForwardPolicy: return "no policy applies on forward"
        case .tunnel: return verdict == .accept ? "tunnel between nodes" : "tunnel from an address that is no node's"
        case .serviceLoop: return "to a service range, but to no service"
        case .samePod: return "a pod always reaches its own address"
        }
    }
}
