import Diagnostics
public import NetTypes
public import NetworkTopology
import Selectors

/// Judges packets straight from the resolved policy, slowly and with reasons: the oracle of every other engine
/// (calico.md 4).
public struct ReferenceEvaluator: Sendable {
    public let cluster: ResolvedCluster
    private let rules: RuleEvaluation

    public init(_ cluster: ResolvedCluster) {
        self.cluster = cluster
        rules = RuleEvaluation(cluster: cluster)
    }

    /// What one node makes of a packet. `key` holds the addresses and ports that policy sees (after translation).
    public func judge(_ visit: Visit, _ key: FlowKey, state: FlowState) -> ReferenceJudgement {
        var walk = WalkRecorder()
        let verdict = judge(visit, key, state, &walk)
        return ReferenceJudgement(
            verdict: verdict, steps: walk.steps, locations: walk.locations, walk: walk.events)
    }

    /// The paths of calico.md 4.3 without host endpoints.
    private func judge(_ visit: Visit, _ key: FlowKey, _ state: FlowState, _ walk: inout WalkRecorder) -> Verdict {
        let settings = cluster.nodeSettings[visit.node.value]
        switch (visit.from, visit.to) {
        case (.host, .workload(let destination)):
            walk.begin(cluster.endpoints[destination.value].name, destination.value, .ingress)
            return walk.decide(.accept, .fixed(.hostToWorkload))
        case (.host, .unknownWorkload):
            return walk.decide(.accept, .fixed(.notPoliced))
        case (.unknownWorkload, .host) where isNeighbourDiscovery(key):
            // Accepted before the dispatch that would find no endpoint (calico.md 5.4, wl-to-host).
            return walk.decide(.accept, .fixed(.neighbourDiscovery))
        case (.unknownWorkload, _):
            return walk.decide(.drop, .fixed(.unknownInterface))
        case (.workload(let source), .host) where isNeighbourDiscovery(key):
            walk.begin(cluster.endpoints[source.value].name, source.value, .egress)
            return walk.decide(.accept, .fixed(.neighbourDiscovery))
        default: break
        }
        if case .workload(let source) = visit.from {
            let verdict = endpoint(source, .egress, key, state, settings, &walk)
            if verdict == .drop || state.bypassesPolicy { return verdict }
            if visit.to == .host { return endpointToHost(settings, source, &walk) }
        }
        switch visit.to {
        case .workload(let destination):
            return endpoint(destination, .ingress, key, state, settings, &walk)
        case .unknownWorkload:
            walk.leave()
            return walk.decide(.drop, .fixed(.unknownInterface))
        case .host, .outside:
            return walk.steps.isEmpty ? walk.decide(.accept, .fixed(.notPoliced)) : .accept
        }
    }

    private func endpointToHost(_ settings: NodeSettings, _ source: EndpointIndex, _ walk: inout WalkRecorder)
        -> Verdict
    {
        switch settings.endpointToHostAction {
        case .drop: walk.decide(.drop, .fixed(.endpointToHostDrop), at: settings.endpointToHostLocation)
        case .accept, .return: walk.decide(.accept, .fixed(.endpointToHostAccept), at: settings.endpointToHostLocation)
        }
    }

    /// The types that a pod's neighbour discovery and multicast listening need (calico.md 4.6).
    private func isNeighbourDiscovery(_ key: FlowKey) -> Bool {
        key.family == .v6 && key.transport == .icmp && [130, 131, 132, 133, 135, 136].contains(key.icmpType)
    }

    // MARK: One endpoint, one direction (calico.md 4.1)

    private func endpoint(
        _ index: EndpointIndex, _ direction: Direction, _ key: FlowKey, _ state: FlowState, _ settings: NodeSettings,
        _ walk: inout WalkRecorder
    ) -> Verdict {
        let endpoint = cluster.endpoints[index.value]
        walk.begin(endpoint.name, index.value, direction)
        if state.bypassesPolicy { return walk.decide(.accept, .fixed(.conntrackEstablished)) }
        if state == .invalid, settings.dropsInvalid { return walk.decide(.drop, .fixed(.conntrackInvalid)) }
        if direction == .egress {
            if let port = settings.refusedVXLANPort, key.proto == .udp, key.transport == .ports,
                key.destinationPort == port
            {
                return walk.decide(.drop, .fixed(.encapsulationVXLAN))
            }
            if settings.refusesIPIP, key.proto == .ipip { return walk.decide(.drop, .fixed(.encapsulationIPIP)) }
        }
        let labels = cluster.objects[endpoint.object].labels
        for tier in cluster.tiers {
            let policies = tier.policies.filter { $0.governs(direction) && $0.selector.matches(labels) }
            if policies.isEmpty { continue }
            walk.note(.tier(tier.name, policies: policies.map(\.name)))
            switch firstDecision(tier, policies, direction, key, &walk) {
            case .decided(let verdict): return verdict
            case .passed: continue
            case .undecided:
                walk.note(.endOfTier(tier.name, passes: tier.passesAtEnd))
                if !tier.passesAtEnd {
                    return walk.decide(.drop, .endOfTier(tier.name, isolating: policies.map(\.name)))
                }
            }
        }
        return profiles(of: endpoint, direction, key, &walk)
    }

    private enum TierOutcome {
        case decided(Verdict)
        case passed
        case undecided
    }

    private func firstDecision(
        _ tier: ResolvedTier, _ policies: [ResolvedPolicy], _ direction: Direction, _ key: FlowKey,
        _ walk: inout WalkRecorder
    ) -> TierOutcome {
        for policy in policies {
            let owner = RuleOwner.policy(policy.name, tier: tier.name)
            for rule in policy.rules(direction) where tryRule(rule, owner, key, &walk) {
                switch rule.action {
                case .allow: return .decided(walk.decide(.accept, owner, rule))
                case .deny: return .decided(walk.decide(.drop, owner, rule))
                case .pass: return .passed
                case .log: continue
                }
            }
        }
        return .undecided
    }

    private func profiles(
        of endpoint: WorkloadEndpoint, _ direction: Direction, _ key: FlowKey, _ walk: inout WalkRecorder
    ) -> Verdict {
        nextProfile: for name in endpoint.profiles {
            guard let profile = cluster.profiles[name] else {
                walk.note(.profile(name, exists: false))
                return walk.decide(.drop, .missingProfile(name))
            }
            walk.note(.profile(name, exists: true))
            let owner = RuleOwner.profile(name)
            for rule in profile.rules(direction) where tryRule(rule, owner, key, &walk) {
                switch rule.action {
                case .allow: return walk.decide(.accept, owner, rule)
                case .deny: return walk.decide(.drop, owner, rule)
                case .pass: continue nextProfile
                case .log: continue
                }
            }
        }
        walk.note(.noProfile)
        return walk.decide(.drop, .noProfile)
    }

    private func tryRule(_ rule: PolicyRule, _ owner: RuleOwner, _ key: FlowKey, _ walk: inout WalkRecorder) -> Bool {
        let mismatches = rules.mismatches(rule, key)
        walk.note(
            .rule(
                owner, index: rule.manifestIndex, action: rule.action, mismatches: mismatches, location: rule.location))
        return mismatches.isEmpty
    }
}

/// Gathers the walk and the decisions on it.
private struct WalkRecorder {
    private(set) var events: [WalkEvent] = []
    private(set) var steps: [DecisionStep] = []
    private(set) var locations: [SourceLocation?] = []
    private var current: (endpoint: Int, direction: Direction)?

    mutating func begin(_ name: String, _ endpoint: Int, _ direction: Direction) {
        current = (endpoint, direction)
        events.append(.endpoint(name: name, direction: direction))
    }

    /// What follows is no endpoint's.
    mutating func leave() { current = nil }

    mutating func note(_ event: WalkEvent) { events.append(event) }

    mutating func decide(_ verdict: Verdict, _ owner: RuleOwner, _ rule: PolicyRule) -> Verdict {
        decide(verdict, .rule(owner, index: rule.manifestIndex), at: rule.location)
    }

    mutating func decide(_ verdict: Verdict, _ cause: DecisionCause, at location: SourceLocation? = nil) -> Verdict {
        if case .fixed(let site) = cause { events.append(.fixed(site)) }
        steps.append(
            DecisionStep(verdict: verdict, direction: current?.direction, endpoint: current?.endpoint, cause: cause))
        locations.append(location)
        return verdict
    }
}
