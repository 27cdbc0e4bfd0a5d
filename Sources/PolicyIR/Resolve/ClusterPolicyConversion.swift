import Diagnostics
import NetTypes
import Resources

/// ClusterNetworkPolicy, AdminNetworkPolicy and BaselineAdminNetworkPolicy → resolved policies of Calico's own tiers
/// (calico.md 6.2; kubernetes.md 4 and 5).
struct ClusterPolicyConversion {
    /// About rules that Calico cannot convert.
    private(set) var diagnostics: [Diagnostic] = []

    static func tier(_ policy: ClusterPolicy) -> String {
        switch policy.tier {
        case .admin: "kube-admin"
        case .baseline: "kube-baseline"
        }
    }

    /// A direction without rules is not governed: the policy says nothing about it.
    mutating func resolve(_ policy: ClusterPolicy) -> ResolvedPolicy {
        var rules: [Direction: [PolicyRule]] = [:]
        for (direction, list) in [(Direction.ingress, policy.ingress), (.egress, policy.egress)] {
            for (index, rule) in list.enumerated() {
                rules[direction, default: []] += convert(rule, at: RulePlace(direction: direction, index: index))
            }
        }
        let ingress = rules[.ingress] ?? []
        let egress = rules[.egress] ?? []
        return ResolvedPolicy(
            name: PolicyName(kind: Self.kind(policy.origin), namespace: nil, name: policy.meta.name),
            order: Double(policy.priority), selector: SelectorTexts.parse(Self.subjectText(policy.subject)),
            governsIngress: !ingress.isEmpty, governsEgress: !egress.isEmpty, ingress: ingress, egress: egress,
            location: policy.meta.location)
    }

    private static func kind(_ origin: ClusterPolicy.Origin) -> PolicyName.Kind {
        switch origin {
        case .clusterNetworkPolicy: .clusterNetworkPolicy
        case .adminNetworkPolicy: .adminNetworkPolicy
        case .baselineAdminNetworkPolicy: .baselineAdminNetworkPolicy
        }
    }

    // MARK: Subject and peers

    /// Pods alone, in both forms: the orchestrator term is always there.
    private static func subjectText(_ subject: ClusterPolicy.PodSelection) -> String {
        "(\(LabelSelectorTexts.pods(subject.pods))) && (\(namespacesText(subject)))"
    }

    private static func namespacesText(_ selection: ClusterPolicy.PodSelection) -> String {
        LabelSelectorTexts.namespaces(selection.namespaces ?? LabelSelector())
    }

    /// A `namespaces` peer is a bare namespace selector: network sets satisfy it as well (T8), and whatever has no
    /// namespace, where the selector is true on absent labels (T45).
    private static func match(_ selection: ClusterPolicy.PodSelection) -> EntityMatch {
        let namespaces = namespacesText(selection)
        var entity = EntityMatch()
        entity.namespacePart = SelectorTexts.parse(namespaces)
        entity.selector =
            selection.pods.map {
                SelectorTexts.parse("(\(namespaces)) && (\(LabelSelectorTexts.pods($0)))")
            } ?? entity.namespacePart
        return entity
    }

    /// `nil` for peers that Calico does not know.
    private static func match(_ peer: ClusterPolicy.Peer) -> EntityMatch? {
        switch peer {
        case .selection(let selection): return match(selection)
        case .networks(let networks):
            var entity = EntityMatch()
            entity.nets = networks
            return entity
        case .nodes, .domainNames: return nil
        }
    }

    // MARK: Rules

    /// Where a rule stands in its manifest.
    private struct RulePlace {
        var direction: Direction
        var index: Int

        /// `spec.egress[0].to[1]`
        func path(ofPeer position: Int) -> String {
            "spec.\(direction.word)[\(index)].\(direction == .ingress ? "from" : "to")[\(position)]"
        }
    }

    /// One rule per (protocol, peer). A rule with a peer that cannot be converted fails closed, with all its peers:
    /// Deny and Pass deny everything in this direction, Allow is gone (T52).
    private mutating func convert(_ rule: ClusterPolicy.Rule, at place: RulePlace) -> [PolicyRule] {
        var base = PolicyRule(action: rule.action, manifestIndex: place.index, location: rule.location)
        base.name = rule.name.isEmpty ? nil : rule.name
        let peers = rule.peers.map { Self.match($0.value) }
        let entities = peers.compactMap(\.self)
        guard entities.count == peers.count else {
            for (position, peer) in rule.peers.enumerated() where peers[position] == nil {
                report(peer, at: place.path(ofPeer: position), of: rule, place.direction)
            }
            guard rule.action != .allow else { return [] }
            base.action = .deny
            return [base]
        }
        let groups: [PortGroup?] = rule.ports.isEmpty ? [nil] : PortGroup.grouped(rule.ports.map(\.value))
        return groups.flatMap { group in
            entities.map { entity in
                var resolved = base
                if place.direction == .ingress { resolved.source = entity } else { resolved.destination = entity }
                if let group {
                    resolved.proto = group.proto
                    resolved.destination.ports = group.ranges
                    resolved.destination.namedPorts = group.names
                }
                return resolved
            }
        }
    }

    /// The ports of one protocol; names stand together without any, since each pod gives them its own.
    private struct PortGroup {
        var proto: IPProtocol?
        var ranges: [PortRange] = []
        var names: [String] = []

        /// Names first, then by protocol.
        static func grouped(_ ports: [ClusterPolicy.Port]) -> [PortGroup] {
            var named = PortGroup(proto: nil)
            var numbered: [IPProtocol: PortGroup] = [:]
            for port in ports {
                switch port {
                case .range(let proto, let range):
                    numbered[proto, default: PortGroup(proto: proto)].ranges.append(range)
                case .name(let name): if !named.names.contains(name) { named.names.append(name) }
                }
            }
            let groups = numbered.sorted { $0.key < $1.key }.map { entry in
                PortGroup(proto: entry.key, ranges: PortRange.merged(entry.value.ranges))
            }
            return (named.names.isEmpty ? [] : [named]) + groups
        }
    }

    // MARK: Findings

    private mutating func report(
        _ peer: Located<ClusterPolicy.Peer>, at path: String, of rule: ClusterPolicy.Rule, _ direction: Direction
    ) {
        guard let field = Self.unknownField(peer.value) else { return }
        let all = "all \(direction.word) of the policy's subject, whatever the rule's other peers and ports are"
        let effect =
            switch rule.action {
            case .allow: "the rule is left out, with its other peers, and allows nothing"
            case .deny, .log: "the rule fails closed: it denies \(all)"
            case .pass: "the rule fails closed: instead of passing, it denies \(all)"
            }
        diagnostics.append(
            Diagnostic(
                .warning, "unsupported-peer", at: peer.location, field: "\(path).\(field)",
                "Calico knows no peers of this form: \(effect)",
                hint: "name their addresses in a networks peer instead"))
    }

    private static func unknownField(_ peer: ClusterPolicy.Peer) -> String? {
        switch peer {
        case .nodes: "nodes"
        case .domainNames: "domainNames"
        case .selection, .networks: nil
        }
    }
}
