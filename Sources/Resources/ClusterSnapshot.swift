public import Diagnostics

/// All resources at one moment: what the manifests of a run come to, valid objects only.
///
/// Each list is ordered by (namespace, name), whatever the order of files and documents was; of two objects with the
/// same identity the later one in path order is here (a warning names both).
public struct ClusterSnapshot: Sendable {
    /// The objects of a kind that cannot change a verdict.
    public struct NotPolicy: Sendable, Hashable {
        /// `apps/v1/Kind` as written.
        public var kind: String
        public var count: Int
        /// Of the first one in path order.
        public var location: SourceLocation

        public init(kind: String, count: Int, location: SourceLocation) {
            self.kind = kind
            self.count = count
            self.location = location
        }
    }

    public var namespaces: [Namespace] = []
    public var serviceAccounts: [ServiceAccount] = []
    public var pods: [Pod] = []
    public var workloads: [Workload] = []
    public var nodes: [ClusterNode] = []
    public var services: [Service] = []
    public var endpointSlices: [EndpointSlice] = []
    public var kubernetesPolicies: [KubernetesPolicy] = []
    public var calicoPolicies: [CalicoPolicy] = []
    public var clusterPolicies: [ClusterPolicy] = []
    public var tiers: [Tier] = []
    public var networkSets: [NetworkSet] = []
    public var profiles: [Profile] = []
    public var workloadEndpoints: [WorkloadEndpointResource] = []
    public var hostEndpoints: [HostEndpointResource] = []
    public var felixConfigurations: [FelixConfiguration] = []
    public var bgpConfigurations: [BGPConfiguration] = []
    public var ipPools: [IPPool] = []
    /// Sorted by kind.
    public var notPolicy: [NotPolicy] = []
    /// Inputs by number, for rendering locations.
    public var sources: SourceMap

    public init(sources: SourceMap) { self.sources = sources }
}
