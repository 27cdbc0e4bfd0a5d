public import NetTypes
public import NetworkTopology
public import PolicyTesting

/// A packet to judge at one node, in terms that do not depend on how a topology numbers nodes and endpoints.
public struct CasePacket: Hashable, Sendable {
    /// Where the packet is judged.
    public enum Path: Hashable, Sendable {
        /// One of the nodes that it passes between its ends, in order.
        case hop(Int)
        /// A node that it crosses whether or not an end is there.
        case through(node: String)
        /// A node that it enters by an interface of the workloads' prefix behind which nobody is.
        case fromUnknownInterface(node: String)
        /// A node that it leaves by such an interface.
        case toUnknownInterface(node: String)
        /// The node of a pod that sends it, whatever the source address is.
        case fromPod(String)
    }

    /// A destination before its node replaced it.
    public struct Original: Hashable, Sendable {
        public var address: IPAddress
        public var port: UInt16
    }

    public enum Translation: Hashable, Sendable {
        case none
        case destination(Original)
        case answer
    }

    /// Behind translation.
    public var key: FlowKey
    public var state: FlowState
    public var path: Path
    public var translation = Translation.none

    private static let unknown = Attachment.unknownWorkload(interface: "caliunknown")

    /// What engines are asked; `nil` where the topology has no such node.
    public func request(_ topology: Topology) -> EngineRequest? {
        guard var visit = visit(topology) else { return nil }
        switch translation {
        case .none: break
        case .destination(let original):
            let to = topology.visit(visit.node, key.source, original.address).to
            visit.translation = .destination(original: original.address, port: original.port, to: to)
        case .answer: visit.translation = .answer
        }
        return EngineRequest(visit: visit, key: key, state: state)
    }

    private func visit(_ topology: Topology) -> Visit? {
        switch path {
        case .hop(let index):
            let visits = topology.visits(from: key.source, to: key.destination)
            return visits.indices.contains(index) ? visits[index] : nil
        case .through(let node): return visit(node, topology)
        case .fromUnknownInterface(let node):
            guard var visit = visit(node, topology) else { return nil }
            visit.from = Self.unknown
            return visit
        case .toUnknownInterface(let node):
            guard var visit = visit(node, topology) else { return nil }
            visit.to = Self.unknown
            return visit
        case .fromPod(let name):
            guard let pod = topology.endpoint(named: name) else { return nil }
            var visit = topology.visit(topology.endpoints[pod.value].node, key.source, key.destination)
            visit.from = .workload(pod)
            return visit
        }
    }

    private func visit(_ node: String, _ topology: Topology) -> Visit? {
        topology.node(named: node).map { topology.visit($0, key.source, key.destination) }
    }
}

extension CasePacket: CustomStringConvertible {
    public var description: String {
        let transport = key.transport == .unreadable ? " (unreadable)" : ""
        let place: String =
            switch path {
            case .hop(let index): "hop \(index)"
            case .through(let node): "through \(node)"
            case .fromUnknownInterface(let node): "through \(node), from an unknown pod interface"
            case .toUnknownInterface(let node): "through \(node), to an unknown pod interface"
            case .fromPod(let name): "from \(name)"
            }
        let before: String =
            switch translation {
            case .none: ""
            case .destination(let original): ", before translation to \(original.address):\(original.port)"
            case .answer: ", answer of a translated connection"
            }
        return "\(key)\(transport) \(state) \(place)\(before)"
    }
}
