import Diagnostics
import NetTypes
public import Resources
import Selectors

/// The three clusters of Felix's calculation benchmark, as objects in memory (`Benchmarks.md`, "resolve and optimize").
/// Felix computes for one node of 200 pods; every node is computed here.
public enum FelixShapes {
    /// Pods with one of 29 marker labels and five of low cardinality each; policies on `has(marker)`, each with five
    /// rules from `has(other marker)`.
    public static func markers(pods: Int, policies: Int) throws -> ClusterSnapshot {
        var snapshot = base(nodes: max(1, pods / 200))
        snapshot.pods = (0..<pods).map { index in
            var labels = [("marker-\(index % 29)", "true")]
            labels += (0..<5).map { ("low-\($0)", "value-\(index / 7 % ($0 + 2))") }
            return pod(index, "default", labels)
        }
        snapshot.calicoPolicies = try (0..<policies).map { index in
            var policy = policy("policy-\(padded(index))", nil)
            policy.selector = try located("has(marker-\(index % 29))")
            policy.ingress = try (0..<5).map { place in
                try rule(
                    from: "has(marker-\((index + place * 5 + 1) % 29))", ports: [UInt16(1000 + index % 5000 + place)])
            }
            return policy
        }
        return snapshot
    }

    /// Pods without policy of their own; network sets of 1, 1, 1, 1, 2, 3, 4, 5, 100 and 1,000 addresses in turn, each
    /// named by the one rule of one policy on `all()`.
    public static func networkSets(pods: Int, sets: Int) throws -> ClusterSnapshot {
        var snapshot = base(nodes: max(1, pods / 200))
        snapshot.pods = (0..<pods).map { pod($0, "default", [("app", "app-\($0 % 50)")]) }
        let sizes = [1, 1, 1, 1, 2, 3, 4, 5, 100, 1000]
        var next: UInt32 = 0x1600_0000
        snapshot.networkSets = (0..<sets).map { index in
            let nets = (0..<sizes[index % sizes.count]).map { _ in
                defer { next += 2 }
                return Located(IPPrefix(host: IPAddress(v4: next)), at: place)
            }
            let meta = ObjectMeta(
                name: "set-\(padded(index))", namespace: nil, labels: Labels([("set", "set-\(index)")].map(pair)),
                location: place)
            return NetworkSet(meta: meta, isGlobal: true, nets: nets)
        }
        snapshot.calicoPolicies = try (0..<sets).map { index in
            var policy = policy("policy-\(padded(index))", nil)
            policy.ingress = [try rule(from: "set == 'set-\(index)'", ports: [])]
            return policy
        }
        return snapshot
    }

    /// A namespace, a pod and a policy for each tenant: in from the own namespace, out to it and to UDP 53 of one
    /// address.
    public static func tenants(_ count: Int) throws -> ClusterSnapshot {
        var snapshot = base(nodes: max(1, count / 100))
        snapshot.namespaces = (0..<count).map { index in
            let name = "tenant-\(padded(index))"
            let labels = Labels([("kubernetes.io/metadata.name", name)].map(pair))
            return Namespace(meta: ObjectMeta(name: name, namespace: nil, labels: labels, location: place))
        }
        snapshot.pods = (0..<count).map { pod($0, "tenant-\(padded($0))", [("app", "main")]) }
        let anyone = Located(KubernetesPolicy.Peer.selectors(pods: LabelSelector(), namespaces: nil), at: place)
        let resolver = IPPrefix(host: IPAddress(v4: 0x0a20_000a))
        let dns = Located(KubernetesPolicy.Peer.block(.init(cidr: resolver, except: [])), at: place)
        let port = Located(KubernetesPolicy.Port(proto: .udp, port: .range(PortRange(53))), at: place)
        snapshot.kubernetesPolicies = (0..<count).map { index in
            KubernetesPolicy(
                meta: ObjectMeta(name: "tenant", namespace: "tenant-\(padded(index))", location: place),
                podSelector: LabelSelector(), governsIngress: true, governsEgress: true,
                ingress: [.init(peers: [anyone], ports: [], location: place)],
                egress: [
                    .init(peers: [anyone], ports: [], location: place),
                    .init(peers: [dns], ports: [port], location: place),
                ])
        }
        return snapshot
    }

    // MARK: Parts

    private static let place = SourceLocation(file: SourceFileID(0), line: 1, column: 1)

    private static func base(nodes: Int) -> ClusterSnapshot {
        var sources = SourceMap()
        _ = sources.add("memory")
        var snapshot = ClusterSnapshot(sources: sources)
        snapshot.namespaces = [Namespace(meta: ObjectMeta(name: "default", namespace: nil, location: place))]
        snapshot.nodes = (0..<nodes).map { index in
            ClusterNode(
                meta: ObjectMeta(name: "node-\(index)", namespace: nil, location: place),
                addresses: [IPAddress(v4: 0xac10_0001 + UInt32(index))])
        }
        return snapshot
    }

    /// On one of the nodes, 200 after the other.
    private static func pod(_ index: Int, _ namespace: String, _ labels: [(String, String)]) -> Pod {
        Pod(
            meta: ObjectMeta(
                name: "pod-\(padded(index))", namespace: namespace, labels: Labels(labels.map(pair)), location: place),
            spec: PodSpec(nodeName: "node-\(index / 200)"), addresses: [IPAddress(v4: 0x0a40_0000 + UInt32(index))],
            isFinished: false)
    }

    private static func policy(_ name: String, _ namespace: String?) -> CalicoPolicy {
        CalicoPolicy(
            meta: ObjectMeta(name: name, namespace: namespace, location: place), isGlobal: namespace == nil,
            tier: Located("default", at: place))
    }

    private static func rule(from selector: String, ports: [UInt16]) throws -> CalicoRule {
        var rule = CalicoRule(action: .allow, location: place)
        rule.source.selector = try located(selector)
        if !ports.isEmpty {
            rule.proto = Located(.tcp, at: place)
            rule.destination.ports = ports.map { Located(.range(PortRange($0)), at: place) }
        }
        return rule
    }

    private static func located(_ selector: String) throws -> Located<Selector> {
        Located(try Selector(parsing: selector), at: place)
    }

    private static func pair(_ label: (String, String)) -> (key: String, value: String) {
        (key: label.0, value: label.1)
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
}
