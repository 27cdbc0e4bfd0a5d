import NetTypes
import NetworkTopology

/// The emulated nodes that a packet passes, in order: at most two.
struct Itinerary {
    private var first: Visit?
    private var second: Visit?

    /// - Parameter node: the only one that is emulated; `nil`: every node of the cluster.
    init(_ topology: Topology, from source: IPAddress, to destination: IPAddress, only node: NodeIndex?) {
        if let node {
            if let visit = Itinerary.linkVisit(topology, source, destination) {
                first = visit.node == node ? visit : nil
                return
            }
            first = Itinerary.passage(topology.visit(node, source, destination))
            return
        }
        if let visit = Itinerary.linkVisit(topology, source, destination) {
            first = visit
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

    /// What a pod sends to its link, or gets from a neighbour on it, is between the pod and its node: nothing else is
    /// on that link, and no node forwards it.
    private static func linkVisit(_ topology: Topology, _ source: IPAddress, _ destination: IPAddress) -> Visit? {
        if destination.staysOnLink, case .endpoint(let pod) = topology.owner(of: source) {
            return Visit(node: topology.endpoints[pod.value].node, from: .workload(pod), to: .host)
        }
        if source.staysOnLink, case .endpoint(let pod) = topology.owner(of: destination) {
            return Visit(node: topology.endpoints[pod.value].node, from: .host, to: .workload(pod))
        }
        return nil
    }

    var isEmpty: Bool { first == nil }
    var count: Int { first == nil ? 0 : second == nil ? 1 : 2 }

    subscript(index: Int) -> Visit? { index == 0 ? first : second }
}

extension IPAddress {
    /// IPv6 link-local, multicast of either family (nodes route none), and the IPv4 broadcast address.
    var staysOnLink: Bool {
        switch family {
        case .v4: bits >> 28 == 0xe || bits == 0xffff_ffff
        case .v6: bits >> 118 == 0xfe80 >> 6 || bits >> 120 == 0xff
        }
    }
}
