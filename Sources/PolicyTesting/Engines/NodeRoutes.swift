import NetTypes
import NetworkTopology
import NftablesInterpreter

/// The routing table of an emulated node, as the `fib` expression asks it.
struct NodeRoutes: Sendable {
    let topology: Topology
    let node: NodeIndex

    /// - Parameters:
    ///   - key: the packet that the question is about.
    ///   - input: where it came in.
    func answer(_ query: FibQuery, _ key: FlowKey, input: PacketContext.Interface?) -> FibAnswer {
        guard query.wanted == .interface else { return .none }
        if let input, SourceCheck.passesAnywhere(key) { return .interface(input) }
        switch topology.owner(of: query.address) {
        case .endpoint(let index) where topology.endpoints[index.value].node == node:
            return .interface(PacketContext.Interface(topology.endpoints[index.value].interface))
        case .node(node): return .none
        // Felix makes no route to an endpoint that it refuses.
        case .endpoint, .node, .refused, .outside:
            return .interface(PacketContext.Interface(topology.interface(toward: query.address)))
        }
    }
}
