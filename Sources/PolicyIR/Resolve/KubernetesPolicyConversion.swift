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

    static func namespace(of policy: KubernetesPolicy) -> String { policy.meta.namespace ?? "default" }

    static func resolve(_ policy: KubernetesPolicy) -> ResolvedPolicy {
        var peers = KubernetesPeers()
        return resolve(policy, &peers)
    }

    /// - Parameter peers: those of other policies, which may well be the same.
    static func resolve(_ policy: KubernetesPolicy, _ peers: inout KubernetesPeers) -> ResolvedPolicy {
        let namespace = namespace(of: policy)
        let ingress = rules(policy.ingress, .ingress, namespace: namespace, &peers)
        let egress = rules(policy.egress, .egress, namespace: namespace, &peers)
        return ResolvedPolicy(
            name: name(of: policy),
            order: order,
            selector: subject(policy.podSelector, namespace: namespace),
            isStaged: policy.stagedAction != nil,
            governsIngress: policy.governsIngress,
            governsEgress: policy.governsEgress,
            ingress: ingress,
            egress: egress,
            location: policy.meta.location)
    }

    private static func subject(_ pods: LabelSelector, namespace: String) -> Selector {
        SelectorTexts.selector(LabelSelectorDrafts.pods(pods).and(.equals(WellKnownLabels.namespace, namespace))) {
            "(\(LabelSelectorTexts.pods(pods))) && \(WellKnownLabels.namespace) == '\(namespace)'"
        }
    }

    /// One rule per (protocol, peer); no peers is anyone, no ports is any protocol.
    private static func rules(
        _ rules: [KubernetesPolicy.Rule], _ direction: Direction, namespace: String, _ peers: inout KubernetesPeers
    ) -> [PolicyRule] {
        var resolved: [PolicyRule] = []
        for (index, rule) in rules.enumerated() {
            var base = PolicyRule(action: .allow, manifestIndex: index, location: rule.location)
            var entities: [EntityMatch] = []
            for peer in rule.peers { entities.append(peers.match(peer.value, namespace: namespace)) }
            if entities.isEmpty { entities.append(EntityMatch()) }
            let groups: [PortGroup?] = rule.ports.isEmpty ? [nil] : PortGroup.grouped(rule.ports.map(\.value))
            for group in groups {
                for entity in entities {
                    if direction == .ingress { base.source = entity } else { base.destination = entity }
                    if let group {
                        base.proto = group.proto
                        base.destination.ports = group.ranges
                        base.destination.namedPorts = group.names
                    }
                    resolved.append(base)
                }
            }
        }
        return resolved
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
