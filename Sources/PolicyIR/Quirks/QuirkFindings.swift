import Diagnostics
import NetTypes
import NetworkTopology

/// Every place of the manifests where a real node of today would do otherwise than the policy says: a warning each.
///
/// Only what a node would program counts (`RenderedPolicies`), of a rule only the IP versions for which it exists.
struct QuirkFindings {
    private let cluster: ResolvedCluster
    /// IP versions that some node programs.
    private let families: [IPFamily]
    private(set) var diagnostics: [Diagnostic] = []

    /// - Parameter returnedAllow: where FelixConfigurations set an allow action of Return whose fault shows.
    init(_ cluster: ResolvedCluster, returnedAllow: [SourceLocation]) {
        self.cluster = cluster
        let hasIPv6 = cluster.nodeSettings.isEmpty || cluster.nodeSettings.contains(where: \.policesIPv6)
        families = hasIPv6 ? [.v4, .v6] : [.v4]
        reportSuspects(suspects())
        for host in cluster.topology.boundHosts { examine(host) }
        for location in returnedAllow {
            report(.returnedAllow, at: location, field: "spec.nftablesFilterAllowAction", nil)
        }
    }

    // MARK: Rules

    /// A policy or profile with what was found about its rules.
    private struct Suspect {
        enum Owner {
            case policy(ResolvedPolicy)
            case profile(String)
        }

        var owner: Owner
        var found: [(direction: Direction, rule: PolicyRule, finding: RuleFinding)]
    }

    private func suspects() -> [Suspect] {
        var suspects: [Suspect] = []
        for tier in cluster.tiers {
            for policy in tier.policies {
                let found =
                    findings(policy.governsIngress ? policy.ingress : [], .ingress)
                    + findings(policy.governsEgress ? policy.egress : [], .egress)
                if !found.isEmpty { suspects.append(Suspect(owner: .policy(policy), found: found)) }
            }
        }
        for profile in cluster.profiles.values {
            let found = findings(profile.ingress, .ingress) + findings(profile.egress, .egress)
            if !found.isEmpty { suspects.append(Suspect(owner: .profile(profile.name), found: found)) }
        }
        return suspects
    }

    /// Whether a node programs them is asked only of those that need it.
    private mutating func reportSuspects(_ suspects: [Suspect]) {
        guard !suspects.isEmpty else { return }
        let selectors = suspects.compactMap { suspect in
            if case .policy(let policy) = suspect.owner { policy.selector } else { nil }
        }
        let rendered = RenderedPolicies(cluster, selectors: selectors)
        for suspect in suspects {
            let isRendered =
                switch suspect.owner {
                case .policy(let policy): rendered.contains(policy)
                case .profile(let name): rendered.contains(profile: name)
                }
            guard isRendered else { continue }
            for (direction, rule, finding) in suspect.found {
                report(
                    finding.quirk, at: finding.location ?? rule.location,
                    field: "spec.\(direction.word)[\(rule.manifestIndex)]\(finding.field)", finding.detail)
            }
        }
    }

    private func findings(
        _ rules: [PolicyRule], _ direction: Direction
    ) -> [(direction: Direction, rule: PolicyRule, finding: RuleFinding)] {
        var found: [(direction: Direction, rule: PolicyRule, finding: RuleFinding)] = []
        for index in rules.indices where rules[index].mayDepart {
            for finding in findings(rules[index]) { found.append((direction, rules[index], finding)) }
        }
        return found
    }

    private struct RuleFinding {
        var quirk: CalicoQuirk
        /// Below the rule, with its dot.
        var field: String
        var detail: String?
        /// `nil`: the rule's.
        var location: SourceLocation?
    }

    private func findings(_ rule: PolicyRule) -> [RuleFinding] {
        let families = families.filter(rule.exists)
        guard !families.isEmpty else { return [] }
        return icmpFindings(rule, families) + blockFindings(rule, families) + serviceFindings(rule)
    }

    private func icmpFindings(_ rule: PolicyRule, _ families: [IPFamily]) -> [RuleFinding] {
        var found: [RuleFinding] = []
        for (field, icmp) in [(".icmp", rule.icmp), (".notICMP", rule.notICMP)] {
            guard let icmp else { continue }
            if icmp.code != nil { found.append(RuleFinding(quirk: .icmpCode, field: "\(field).code")) }
            let conflicts = families.filter { family in rule.proto.map { $0 != family.icmp } ?? false }
            if let family = conflicts.first, let proto = rule.proto {
                let detail = "protocol \(proto) beside \(family.icmp) types of IPv\(family.rawValue)"
                found.append(RuleFinding(quirk: .icmpProtocol, field: field, detail: detail))
            }
        }
        return found
    }

    private func blockFindings(_ rule: PolicyRule, _ families: [IPFamily]) -> [RuleFinding] {
        for family in families {
            let blocks = MatchBlocks(rule, family)
            guard !blocks.ignored.isEmpty else { continue }
            let ignored = blocks.ignored.map(\.rawValue).joined(separator: " and ")
            let word = rule.action.word
            return [
                RuleFinding(
                    quirk: .matchBlocks, field: "",
                    detail: "\(blocks.positive.count) blocks, so this \(word) rule disregards \(ignored)")
            ]
        }
        return []
    }

    private func serviceFindings(_ rule: PolicyRule) -> [RuleFinding] {
        [(".source.services", rule.source), (".destination.services", rule.destination)].compactMap { field, entity in
            entity.impliedServiceNamespace.map { RuleFinding(quirk: .serviceNamespace, field: field, location: $0) }
        }
    }

    // MARK: Host endpoints

    private mutating func examine(_ host: HostEndpointIndex) {
        let endpoint = cluster.hostEndpoints[host.value]
        let node = cluster.topology.hostEndpoints[host.value].node
        let mayRefuse = mayRefuseEgress(endpoint)
        if mayRefuse || cluster.nodeSettings[node.value].dropsInvalid {
            report(.untrackedHostTraffic, at: endpoint.location, field: "", nil)
        }
        if mayRefuse, !cluster.services.entries.isEmpty {
            report(.translatedHostTraffic, at: endpoint.location, field: "", nil)
        }
    }

    /// Whether anything but connection tracking could drop what the node sends: false of host endpoints without egress
    /// policy whose first profile allows all, as Calico makes them by itself.
    private func mayRefuseEgress(_ endpoint: HostEndpoint) -> Bool {
        let labels = cluster.objects[endpoint.object].labels
        if cluster.tiers.contains(where: { !$0.policies(of: labels, .egress, .normal).isEmpty }) { return true }
        guard let first = endpoint.profiles.first.flatMap({ cluster.profiles[$0] })?.egress.first else { return true }
        return !first.isUnconditionalAllow
    }

    // MARK: Reporting

    private mutating func report(
        _ quirk: CalicoQuirk, at location: SourceLocation?, field: String, _ detail: String?
    ) {
        let detail = detail.map { " (\($0))" } ?? ""
        diagnostics.append(
            Diagnostic(
                .warning, quirk.id, at: location, field: field,
                "Calico's nodes of today depart from the policy here: \(quirk.behaviour)\(detail); verdicts here "
                    + "follow the policy", hint: quirk.remedy))
    }
}

extension IPFamily {
    fileprivate var icmp: IPProtocol { self == .v4 ? .icmp : .icmpv6 }
}

extension PolicyRule {
    /// False of most rules at a glance: nothing could be found about them.
    fileprivate var mayDepart: Bool {
        icmp != nil || notICMP != nil || source.mayDepart || destination.mayDepart
    }

    /// Whether Felix writes the rule for an IP version (calico.md 3.6).
    fileprivate func exists(for family: IPFamily) -> Bool {
        if let ipVersion, ipVersion != family { return false }
        let lists = [source.nets, source.notNets, destination.nets, destination.notNets]
        let hasEntries = lists.allSatisfy { list in list.isEmpty || list.contains { $0.family == family } }
        return hasEntries
            && !(source.notNets + destination.notNets).contains { $0.family == family && $0.length == 0 }
    }

    fileprivate var isUnconditionalAllow: Bool {
        action == .allow && ipVersion == nil && proto == nil && notProto == nil && icmp == nil && notICMP == nil
            && source.isUnconditional && destination.isUnconditional
    }
}

extension EntityMatch {
    fileprivate var mayDepart: Bool {
        impliedServiceNamespace != nil || nets.count > 1 || ports.count + namedPorts.count > 1
    }

    fileprivate var isUnconditional: Bool {
        nets.isEmpty && notNets.isEmpty && selector == nil && notSelector == nil && !hasPorts && !hasNotPorts
            && service == nil
    }
}
