import Diagnostics
import NetTypes
import Resources
import Selectors

/// networking.k8s.io/v1 NetworkPolicy → resolved policy of order 1000 in tier `default` (calico.md 6.1).
enum KubernetesPolicyConversion {
    static let order = 1000.0
    static let tier = "default"

    static func name(of policy: KubernetesPolicy) -> PolicyName {
        PolicyName(
            kind: policy.stagedAction == nil ? .kubernetesNetworkPolicy : .stagedKubernetesNetworkPolicy,
            namespace: namespace(of: policy), name: policy.meta.name)
    }

    private static func namespace(of policy: KubernetesPolicy) -> String { policy.meta.namespace ?? "default" }

    static func resolve(_ policy: KubernetesPolicy) -> ResolvedPolicy {
        let namespace = namespace(of: policy)
        return ResolvedPolicy(
            name: name(of: policy),
            order: order,
            selector: subject(policy.podSelector, namespace: namespace),
            isStaged: policy.stagedAction != nil,
            governsIngress: policy.governsIngress,
            governsEgress: policy.governsEgress,
            ingress: policy.ingress.enumerated().flatMap { rules($1, index: $0, .ingress, namespace: namespace) },
            egress: policy.egress.enumerated().flatMap { rules($1, index: $0, .egress, namespace: namespace) },
            location: policy.meta.location)
    }

    private static func subject(_ pods: LabelSelector, namespace: String) -> Selector {
        SelectorTexts.selector(LabelSelectorDrafts.pods(pods).and(.equals(WellKnownLabels.namespace, namespace))) {
            "(\(LabelSelectorTexts.pods(pods))) && \(WellKnownLabels.namespace) == '\(namespace)'"
        }
    }

    /// One rule per (protocol, peer); no peers is anyone, no ports is any protocol.
    private static func rules(
        _ rule: KubernetesPolicy.Rule, index: Int, _ direction: Direction, namespace: String
    ) -> [PolicyRule] {
        let peers: [Located<KubernetesPolicy.Peer>?] = rule.peers.isEmpty ? [nil] : rule.peers
        let portGroups: [PortGroup?] = rule.ports.isEmpty ? [nil] : PortGroup.grouped(rule.ports.map(\.value))
        return portGroups.flatMap { group in
            peers.map { peer in
                var resolved = PolicyRule(action: .allow, manifestIndex: index, location: rule.location)
                let entity = peer.map { match($0.value, namespace: namespace) } ?? EntityMatch()
                if direction == .ingress { resolved.source = entity } else { resolved.destination = entity }
                if let group {
                    resolved.proto = group.proto
                    resolved.destination.ports = group.ranges
                    resolved.destination.namedPorts = group.names
                }
                return resolved
            }
        }
    }

    private static func match(_ peer: KubernetesPolicy.Peer, namespace: String) -> EntityMatch {
        var entity = EntityMatch()
        switch peer {
        case .block(let block):
            entity.nets = [block.cidr]
            entity.notNets = block.except
        case .selectors(let pods, let namespaces):
            let scope =
                namespaces.map(LabelSelectorDrafts.namespaces) ?? .equals(WellKnownLabels.namespace, namespace)
            func scopeText() -> String {
                namespaces.map(LabelSelectorTexts.namespaces) ?? "\(WellKnownLabels.namespace) == '\(namespace)'"
            }
            entity.namespacePart = SelectorTexts.selector(scope, text: scopeText)
            entity.selector = SelectorTexts.selector(scope.and(LabelSelectorDrafts.pods(pods))) {
                "(\(scopeText())) && (\(LabelSelectorTexts.pods(pods)))"
            }
        }
        return entity
    }

    /// The ports of one protocol; an entry without port swallows the others.
    private struct PortGroup {
        var proto: IPProtocol
        var ranges: [PortRange] = []
        var names: [String] = []

        /// Sorted by protocol name, as Calico does.
        static func grouped(_ ports: [KubernetesPolicy.Port]) -> [PortGroup] {
            var protocols: [IPProtocol] = []
            for port in ports where !protocols.contains(port.proto) { protocols.append(port.proto) }
            if protocols.count > 1 { protocols.sort { $0.description < $1.description } }
            return protocols.map { proto in PortGroup(proto, ports.filter { $0.proto == proto }) }
        }

        private init(_ proto: IPProtocol, _ ports: [KubernetesPolicy.Port]) {
            self.proto = proto
            guard ports.allSatisfy({ $0.port != nil }) else { return }
            var seen: Set<String> = []
            for port in ports {
                switch port.port {
                case .range(let range)?: ranges.append(range)
                case .name(let name)? where seen.insert(name).inserted: names.append(name)
                default: break
                }
            }
            ranges = PortRange.merged(ranges)
        }
    }
}
