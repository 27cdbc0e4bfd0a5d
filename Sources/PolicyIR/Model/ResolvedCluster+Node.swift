public import NetworkTopology

extension ResolvedCluster {
    /// The cluster as one node judges it: of the endpoints those of this node alone. What rules reach stays whole.
    public func view(of node: NodeIndex) -> ResolvedCluster {
        var view = self
        let workloads = topology.endpoints.indices.filter { topology.endpoints[$0].node == node }
        let hosts = topology.hostEndpoints.indices.filter { topology.hostEndpoints[$0].node == node }
        view.endpoints = workloads.map { endpoints[$0] }
        view.hostEndpoints = hosts.map { hostEndpoints[$0] }
        view.topology = Topology(
            nodes: topology.nodes, endpoints: workloads.map { topology.endpoints[$0] },
            hostEndpoints: hosts.map { topology.hostEndpoints[$0] }, outsideInterfaces: topology.outsideInterfaces,
            defaultInterface: topology.defaultInterface)
        return view
    }
}
