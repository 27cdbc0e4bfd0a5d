import Diagnostics
import NetTypes
import NetworkTopology

/// Every place of the manifests where a real node of today would do otherwise than the policy says: a warning each.
///
/// Only what a node would program counts (`RenderedPolicies`), of a rule only the IP versions for which it exists.
struct QuirkFindings {
    private let cluster: ResolvedCluster
    private let rendered: RenderedPolicies
    private(set) var diagnostics: [Diagnostic] = []

    /// - Parameter returnedAllow: where FelixConfigurations set an allow action of Return whose fault shows.
    init(_ cluster: ResolvedCluster, returnedAllow: [SourceLocation]) {
        self.cluster = cluster
        rendered = RenderedPolicies(cluster)
        for policy in cluster.tiers.flatMap(\.policies) { examine(policy) }
        for profile in cluster.profiles.values { examine(profile) }
        for host in cluster.topology.boundHosts { examine(host) }
        for location in returnedAllow {
            report(.returnedAllow, at: location, field: "spec.nftablesFilterAllowAction", nil)
        }
    }

    // MARK: Rules

    private mutating func examine(_ policy: ResolvedPolicy) {
        for direction in [Direction.ingress, .egress] where policy.governs(direction) {
            examine(policy.rules(direction), direction) { $0.contains(policy) }
        }
    }

    private mutating func examine(_ profile: ResolvedProfile) {
        for direction in [Direction.ingress, .egress] {
            examine(profile.rules(direction), direction) { $0.contains(profile) }
        }
    }

    /// Whether a node programs them is asked only of rules that need it: it takes a look at every endpoint.
    private mutating func examine(
        _ rules: [PolicyRule], _ direction: Direction, isRendered: (RenderedPolicies) -> Bool
    ) {
        let found = rules.flatMap { rule in findings(rule).map { (rule, $0) } }
        guard !found.isEmpty, isRendered(rendered) else { return }
        for (rule, finding) in found {
            report(
                finding.quirk, at: finding.location ?? rule.location,
                field: "spec.\(direction.word)[\(rule.manifestIndex)]\(finding.field)", finding.detail)
        }
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

    /// IP versions that some node programs.
    private var families: [IPFamily] {
        let hasIPv6 = cluster.nodeSettings.isEmpty || cluster.nodeSettings.contains(where: \.policesIPv6)
        return hasIPv6 ? [.v4, .v6] : [.v4]
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
    fileprivate var isUnconditional: Bool {
        nets.isEmpty && notNets.isEmpty && selector == nil && notSelector == nil && !hasPorts && !hasNotPorts
            && service == nil
    }
}
