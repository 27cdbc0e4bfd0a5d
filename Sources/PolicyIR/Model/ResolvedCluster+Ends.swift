public import NetworkTopology
import Selectors

extension ResolvedCluster {
    /// The cluster with those policies alone that some of these endpoints, or any host endpoint, have. What policy says
    /// of other endpoints is lost; who is where, and whom rules reach, stays whole.
    ///
    /// Where something is staged all policies stay, since staged ones take the place of others by name.
    public func restricted(toPoliciesOf ends: Set<EndpointIndex>) -> ResolvedCluster {
        guard stagedDeletions.isEmpty, !tiers.contains(where: { $0.policies.contains(where: \.isStaged) }) else {
            return self
        }
        let numbers = ends.map { endpoints[$0.value].object } + hostEndpoints.map(\.object)
        let labels = numbers.map { objects[$0].labels }
        var restricted = self
        for tier in tiers.indices {
            restricted.tiers[tier].policies.removeAll { policy in
                !labels.contains { policy.selector.matches($0) }
            }
        }
        return restricted
    }
}
