import NetTypes
import NetworkTopology

/// The emulated nodes that a packet passes, in order: at most two.
struct Itinerary {
    private var first: Visit?
    private var second: Visit?

    /// - Parameter node: the only one that is emulated; `nil`: every node of the cluster.
    init(_ topology: Topology, from source: IPAddress, to destination: IPAddress, only node: NodeIndex?) {
        if let node {
            first = Itinerary.passage(topology.visit(node, source, destination))
            return
        }
        let visits = topology.visits(from: source, to: destination)
        first = visits.first
        second = visits.count > 1 ? visits[1] : nil
        if first == nil, topology.nodes.count == 1 {
            first = Itinerary.passage(topology.visit(NodeIndex(0), source, destination))
        }
    }

    /// A node does not forward a packet back out of the interface that it came in by.
    private static func passage(_ visit: Visit) -> Visit? {
        guard case .outside = visit.from, visit.from == visit.to else { return visit }
        return nil
    }

    var isEmpty: Bool { first == nil }
    var count: Int { first == nil ? 0 : second == nil ? 1 : 2 }

    subscript(index: Int) -> Visit? { index == 0 ? first : second }
}
