/// One valid object.
enum DecodedObject: Sendable {
    case namespace(Namespace)
    case serviceAccount(ServiceAccount)
    case pod(Pod)
    case workload(Workload)
    case node(ClusterNode)
    case service(Service)
    case endpointSlice(EndpointSlice)
    case kubernetesPolicy(KubernetesPolicy)
    case calicoPolicy(CalicoPolicy)
    case clusterPolicy(ClusterPolicy)
    case tier(Tier)
    case networkSet(NetworkSet)
    case profile(Profile)
    case workloadEndpoint(WorkloadEndpointResource)
    case hostEndpoint(HostEndpointResource)
    case felixConfiguration(FelixConfiguration)
    case bgpConfiguration(BGPConfiguration)
    case ipPool(IPPool)

    /// Appends the object to its list.
    func store(in snapshot: inout ClusterSnapshot) {
        switch self {
        case .namespace(let object): snapshot.namespaces.append(object)
        case .serviceAccount(let object): snapshot.serviceAccounts.append(object)
        case .pod(let object): snapshot.pods.append(object)
        case .workload(let object): snapshot.workloads.append(object)
        case .node(let object): snapshot.nodes.append(object)
        case .service(let object): snapshot.services.append(object)
        case .endpointSlice(let object): snapshot.endpointSlices.append(object)
        case .kubernetesPolicy(let object): snapshot.kubernetesPolicies.append(object)
        case .calicoPolicy(let object): snapshot.calicoPolicies.append(object)
        case .clusterPolicy(let object): snapshot.clusterPolicies.append(object)
        case .tier(let object): snapshot.tiers.append(object)
        case .networkSet(let object): snapshot.networkSets.append(object)
        case .profile(let object): snapshot.profiles.append(object)
        case .workloadEndpoint(let object): snapshot.workloadEndpoints.append(object)
        case .hostEndpoint(let object): snapshot.hostEndpoints.append(object)
        case .felixConfiguration(let object): snapshot.felixConfigurations.append(object)
        case .bgpConfiguration(let object): snapshot.bgpConfigurations.append(object)
        case .ipPool(let object): snapshot.ipPools.append(object)
        }
    }
}
