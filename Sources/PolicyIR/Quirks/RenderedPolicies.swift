import NetTypes
import NetworkTopology
import Selectors

/// Which policies and profiles the nodes of a cluster program at all: Felix writes no rules of a policy that none of its
/// endpoints has, nor of a staged one.
///
/// Where the inputs hold no endpoint, nobody knows which policies have one: then all count.
struct RenderedPolicies {
    private let hasEndpoints: Bool
    private let workloads: LabelIndex
    /// Host endpoints that stand for an interface.
    private let hosts: LabelIndex
    private let usedProfiles: Set<String>

    /// - Parameter selectors: of the policies that will be asked about.
    init(_ cluster: ResolvedCluster, selectors: [Selector]) {
        let boundHosts = cluster.topology.boundHosts.map { cluster.hostEndpoints[$0.value] }
        hasEndpoints = cluster.objects.contains { $0.kind != .networkSet }
        var names: Set<String> = []
        for selector in selectors { selector.insertLabelNames(into: &names) }
        workloads = LabelIndex(cluster.endpoints.map { cluster.objects[$0.object].labels }, labels: names)
        hosts = LabelIndex(boundHosts.map { cluster.objects[$0.object].labels }, labels: names)
        usedProfiles = Set(cluster.endpoints.flatMap(\.profiles) + boundHosts.flatMap(\.profiles))
    }

    func contains(_ policy: ResolvedPolicy) -> Bool {
        guard !policy.isStaged else { return false }
        guard hasEndpoints else { return true }
        return policy.stages.contains(.normal) && !workloads.matches(policy.selector).isEmpty
            || !hosts.matches(policy.selector).isEmpty
    }

    func contains(profile name: String) -> Bool { !hasEndpoints || usedProfiles.contains(name) }
}

extension Topology {
    /// Host endpoints that stand for an interface of their node, in order.
    var boundHosts: [HostEndpointIndex] {
        Set(hostBindings.flatMap { $0.named.values + [$0.wildcard].compactMap { $0 } }).sorted()
    }
}
