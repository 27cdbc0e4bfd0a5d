import Diagnostics

extension ClusterSnapshot {
    /// Every object that was accepted, one a line with its place, then the counts of what is not policy:
    /// `compile -o resources`.
    public var text: String {
        var lines: [String] = []
        func add(_ kind: String, _ metas: [ObjectMeta]) {
            lines += metas.map { "\(kind) \($0.qualifiedName)  # \(sources.lineText($0.location))" }
        }
        add("Namespace", namespaces.map(\.meta))
        add("ServiceAccount", serviceAccounts.map(\.meta))
        add("Node", nodes.map(\.meta))
        add("Pod", pods.map(\.meta))
        for workload in workloads { add(workload.kind.rawValue, [workload.meta]) }
        add("Service", services.map(\.meta))
        add("EndpointSlice", endpointSlices.map(\.meta))
        add("Tier", tiers.map(\.meta))
        for policy in kubernetesPolicies {
            let kind = policy.stagedAction.map { "StagedKubernetesNetworkPolicy (\($0.rawValue))" }
            add(kind ?? "NetworkPolicy (Kubernetes)", [policy.meta])
        }
        for policy in calicoPolicies {
            let kind = policy.isGlobal ? "GlobalNetworkPolicy" : "NetworkPolicy"
            let enforced = policy.isGlobal ? kind : "\(kind) (Calico)"
            add(policy.stagedAction.map { "Staged\(kind) (\($0.rawValue))" } ?? enforced, [policy.meta])
        }
        for policy in clusterPolicies { add(policy.origin.rawValue, [policy.meta]) }
        for set in networkSets { add(set.isGlobal ? "GlobalNetworkSet" : "NetworkSet", [set.meta]) }
        add("Profile", profiles.map(\.meta))
        add("WorkloadEndpoint", workloadEndpoints.map(\.meta))
        add("HostEndpoint", hostEndpoints.map(\.meta))
        add("FelixConfiguration", felixConfigurations.map(\.meta))
        add("BGPConfiguration", bgpConfigurations.map(\.meta))
        add("IPPool", ipPools.map(\.meta))
        lines += notPolicy.map { "not policy: \($0.count) \($0.kind)" }
        return lines.map { $0 + "\n" }.joined()
    }
}
