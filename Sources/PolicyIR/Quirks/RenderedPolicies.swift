import NetTypes
import NetworkTopology
import Selectors

/// Which policies and profiles the nodes of a cluster program at all: Felix writes no rules of a policy that none of its
/// endpoints has, nor of a staged one.
///
/// Where the inputs hold no endpoint, nobody knows which policies have one: then all count.
struct RenderedPolicies {
    private let cluster: ResolvedCluster
    /// Host endpoints that stand for an interface.
    private let boundHosts: [HostEndpointIndex]
    private let hasEndpoints: Bool
    private let usedProfiles: Set<String>

    init(_ cluster: ResolvedCluster) {
        self.cluster = cluster
        boundHosts = cluster.topology.boundHosts
        hasEndpoints = !cluster.endpoints.isEmpty || !cluster.hostEndpoints.isEmpty
        usedProfiles = Set(
            cluster.endpoints.flatMap(\.profiles)
                + boundHosts.flatMap { cluster.hostEndpoints[$0.value].profiles })
    }

    func contains(_ policy: ResolvedPolicy) -> Bool {
        guard !policy.isStaged else { return false }
        guard hasEndpoints else { return true }
        if policy.stages.contains(.normal), cluster.endpoints.contains(where: { applies(policy, to: $0.object) }) {
            return true
        }
        return boundHosts.contains { applies(policy, to: cluster.hostEndpoints[$0.value].object) }
    }

    func contains(_ profile: ResolvedProfile) -> Bool { !hasEndpoints || usedProfiles.contains(profile.name) }

    private func applies(_ policy: ResolvedPolicy, to object: Int) -> Bool {
        policy.selector.matches(cluster.objects[object].labels)
    }
}

extension Topology {
    /// Host endpoints that stand for an interface of their node, in order.
    var boundHosts: [HostEndpointIndex] {
        Set(hostBindings.flatMap { $0.named.values + [$0.wildcard].compactMap { $0 } }).sorted()
    }
}
