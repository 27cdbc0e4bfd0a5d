import Diagnostics
import NetTypes
import NetworkTopology
import Selectors

/// One endpoint, one direction: tiers, policies, profiles (calico.md 4.1).
struct ChainEvaluation: Sendable {
    private let cluster: ResolvedCluster
    private let rules: RuleEvaluation

    init(cluster: ResolvedCluster) {
        self.cluster = cluster
        rules = RuleEvaluation(cluster: cluster)
    }

    enum Outcome {
        case decided(Verdict)
        case undecided
    }

    /// The chain of a pod.
    func workload(_ index: EndpointIndex, _ direction: Direction, _ packet: inout PacketPassage) -> Verdict {
        let endpoint = cluster.endpoints[index.value]
        packet.walk.begin(endpoint.name, workload: index.value, direction)
        if let verdict = packet.connectionTracking() { return verdict }
        if direction == .egress {
            if let port = packet.settings.refusedVXLANPort, packet.key.proto == .udp,
                packet.key.transport == .ports, packet.key.destinationPort == port
            {
                return packet.walk.decide(.drop, .fixed(.encapsulationVXLAN))
            }
            if packet.settings.refusesIPIP, packet.key.proto == .ipip {
                return packet.walk.decide(.drop, .fixed(.encapsulationIPIP))
            }
        }
        switch tiers(cluster.objects[endpoint.object].labels, direction, .normal, &packet) {
        case .decided(let verdict): return verdict
        case .undecided: return profiles(endpoint.profiles, direction, &packet)
        }
    }

    /// Whether a host endpoint has policies of a stage, in either direction; only then its chains exist.
    func hasPolicies(_ host: HostEndpointIndex, _ stage: PolicyStage) -> Bool {
        let labels = cluster.objects[cluster.hostEndpoints[host.value].object].labels
        return cluster.tiers.contains { $0.hasPolicies(of: labels, stage) }
    }

    func tiers(
        of host: HostEndpointIndex, _ direction: Direction, _ stage: PolicyStage, _ packet: inout PacketPassage
    ) -> Outcome {
        tiers(cluster.objects[cluster.hostEndpoints[host.value].object].labels, direction, stage, &packet)
    }

    private func tiers(
        _ labels: EffectiveLabels, _ direction: Direction, _ stage: PolicyStage, _ packet: inout PacketPassage
    ) -> Outcome {
        nextTier: for tier in cluster.tiers {
            let staged = tier.stagedPolicies(of: labels, direction, stage)
            if !staged.isEmpty { packet.walk.note(.staged(tier.name, policies: staged.map(\.name))) }
            let policies = tier.policies(of: labels, direction, stage)
            if policies.isEmpty { continue }
            packet.walk.note(.tier(tier.name, policies: policies.map(\.name)))
            for policy in policies {
                let owner = RuleOwner.policy(policy.name, tier: tier.name)
                for rule in policy.rules(direction) where tryRule(rule, owner, &packet) {
                    switch rule.action {
                    case .allow: return .decided(packet.walk.decide(.accept, owner, rule))
                    case .deny: return .decided(packet.walk.decide(.drop, owner, rule))
                    case .pass: continue nextTier
                    case .log: continue
                    }
                }
            }
            // Untracked and preDNAT policy has no default action.
            let passes = tier.passesAtEnd || stage == .untracked || stage == .preDNAT
            packet.walk.note(.endOfTier(tier.name, passes: passes))
            if !passes {
                return .decided(packet.walk.decide(.drop, .endOfTier(tier.name, isolating: policies.map(\.name))))
            }
        }
        return .undecided
    }

    func profiles(_ names: [String], _ direction: Direction, _ packet: inout PacketPassage) -> Verdict {
        nextProfile: for name in names {
            guard let profile = cluster.profiles[name] else {
                packet.walk.note(.profile(name, exists: false))
                return packet.walk.decide(.drop, .missingProfile(name))
            }
            packet.walk.note(.profile(name, exists: true))
            let owner = RuleOwner.profile(name)
            for rule in profile.rules(direction) where tryRule(rule, owner, &packet) {
                switch rule.action {
                case .allow: return packet.walk.decide(.accept, owner, rule)
                case .deny: return packet.walk.decide(.drop, owner, rule)
                case .pass: continue nextProfile
                case .log: continue
                }
            }
        }
        packet.walk.note(.noProfile)
        return packet.walk.decide(.drop, .noProfile)
    }

    private func tryRule(_ rule: PolicyRule, _ owner: RuleOwner, _ packet: inout PacketPassage) -> Bool {
        let mismatches = rules.mismatches(rule, packet.key)
        packet.walk.note(
            .rule(
                owner, index: rule.manifestIndex, action: rule.action, mismatches: mismatches, location: rule.location))
        return mismatches.isEmpty
    }
}
