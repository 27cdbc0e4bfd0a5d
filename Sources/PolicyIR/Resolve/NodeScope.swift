import NetTypes
import Resources
import Selectors

/// What may be left out from the start when one node alone will judge: only what its view (`ResolvedCluster.view(of:)`)
/// does not hold either, and policies that none of its endpoints can have.
struct NodeScope {
    let node: String
    /// Namespaces that the node's endpoints bear as a label; `nil` until these are known.
    private var namespaces: Set<String>?

    /// `nil` where everything is needed: nobody asks for one node; staged policies take the place of others by name;
    /// WorkloadEndpoints may tell pods of other nodes a second time.
    init?(_ snapshot: ClusterSnapshot, _ options: ResolveOptions) {
        guard let node = options.node, options.staging == .asWritten, snapshot.workloadEndpoints.isEmpty,
            !snapshot.kubernetesPolicies.contains(where: { $0.stagedAction != nil }),
            !snapshot.calicoPolicies.contains(where: { $0.stagedAction != nil })
        else { return nil }
        self.node = node
    }

    /// - Parameter endpoints: host endpoints of other nodes among them do no harm.
    mutating func note(_ endpoints: EndpointResolution) {
        let numbers = endpoints.endpoints.map(\.object) + endpoints.hostEndpoints.map(\.object)
        namespaces = Set(numbers.compactMap { endpoints.objects[$0].labels[WellKnownLabels.namespace] })
    }

    /// Whether an endpoint of the node may have the policies of a namespace. Their selectors all ask for its label.
    func reaches(_ namespace: String) -> Bool { namespaces?.contains(namespace) ?? true }
}
