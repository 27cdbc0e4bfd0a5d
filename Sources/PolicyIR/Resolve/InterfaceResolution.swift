import Diagnostics
import NetTypes
import NetworkTopology
import Resources

/// What the inputs tell of the nodes' interfaces: by which one the outside is reached, which tunnels lead to pods of other
/// nodes, and which host endpoints stand for an interface that no packet here passes.
struct InterfaceResolution {
    /// Those that were given, and tunnels.
    let outside: [Topology.OutsideInterface]
    let defaultInterface: String
    private(set) var diagnostics: [Diagnostic] = []

    private static let usualInterface = "eth0"

    /// - Parameter isWorkload: whether an interface of that name is a pod's.
    init(_ snapshot: ClusterSnapshot, _ options: ResolveOptions, isWorkload: (String) -> Bool) {
        outside = options.interfaces + snapshot.ipPools.compactMap(Self.tunnel)
        let known = Set(outside.map(\.name) + [Topology.loopbackInterface])
        let named = snapshot.hostEndpoints.filter { !["", "*"].contains($0.interfaceName) }
        let others = Set(named.map(\.interfaceName)).subtracting(known).filter { !isWorkload($0) }
        if let given = options.defaultInterface {
            defaultInterface = given
        } else if let only = others.first, others.count == 1, only != Self.usualInterface {
            defaultInterface = only
            diagnostics.append(
                Diagnostic(
                    .note, "default-interface", at: named.first { $0.interfaceName == only }?.meta.location,
                    "the outside is taken to be behind \(only), the one interface that a host endpoint names",
                    hint: "--interface NAME=CIDR says what is behind which interface"))
        } else {
            defaultInterface = Self.usualInterface
        }
        for host in named where !known.contains(host.interfaceName) && host.interfaceName != defaultInterface {
            diagnostics.append(
                Diagnostic(
                    .warning, "host-endpoint-interface", at: host.meta.location,
                    "HostEndpoint \(host.meta.name) stands for interface \(host.interfaceName), but nothing is known to be "
                        + "behind it: no packet here passes it",
                    hint: "--interface \(host.interfaceName)=CIDR says what is behind it"))
        }
    }

    /// Pods of other nodes in a pool that always encapsulates are reached through the tunnel's device.
    private static func tunnel(_ pool: IPPool) -> Topology.OutsideInterface? {
        guard pool.alwaysEncapsulates else { return nil }
        let name = pool.usesIPIP ? "tunl0" : pool.cidr.family == .v4 ? "vxlan.calico" : "vxlan-v6.calico"
        return Topology.OutsideInterface(name: name, prefixes: [pool.cidr])
    }

    /// Host endpoints that stand for no interface although they are there.
    static func unbound(_ hosts: [HostEndpointResource], _ topology: Topology) -> [Diagnostic] {
        zip(hosts, topology.hostEndpoints).enumerated().compactMap { index, pair in
            let (host, endpoint) = pair
            let binding = topology.hostBindings[endpoint.node.value]
            let bound = Array(binding.named.values) + [binding.wildcard].compactMap { $0 }
            guard !bound.contains(HostEndpointIndex(index)) else { return nil }
            let isByAddress = host.interfaceName.isEmpty
            return Diagnostic(
                .warning, "host-endpoint-unbound", at: host.meta.location,
                "HostEndpoint \(host.meta.name) is not bound: "
                    + (isByAddress
                        ? "no interface of node \(host.node) is known to have one of its expectedIPs"
                        : "another host endpoint of node \(host.node) with a smaller name has its interface"),
                hint: isByAddress
                    ? "name the interface, or give the node's addresses: a Node object, or --interface "
                        + "NAME=ADDRESS/LENGTH"
                    : "keep one of them")
        }
    }
}
