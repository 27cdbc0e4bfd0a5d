import Classification
import KernelVerification
import NetTypes
import NetworkTopology

/// The same rules in the real kernel: one private namespace per node, real packets. Needs root.
struct KernelEngine: VerdictEngine {
    let name = EngineName.kernel
    private let topology: Topology
    /// Parallel to the topology's nodes; made when first needed.
    private var nodes: [KernelNode?]
    private let tree: MatchTree

    init(_ tree: MatchTree) {
        self.tree = tree
        topology = tree.topology
        nodes = Array(repeating: nil, count: tree.topology.nodes.count)
    }

    mutating func judge(_ requests: [EngineRequest]) throws(EngineError) -> [EngineAnswer] {
        var answers = Array(repeating: EngineAnswer(verdict: .drop, steps: nil), count: requests.count)
        for node in topology.nodes.indices {
            let indices = requests.indices.filter { requests[$0].visit.node.value == node }
            guard !indices.isEmpty else { continue }
            var injections: [Injection] = []
            for index in indices { injections.append(try injection(requests[index])) }
            let observations = try observe(injections, node)
            for (index, observation) in zip(indices, observations) {
                answers[index].verdict = observation.verdict
            }
        }
        return answers
    }

    private func injection(_ request: EngineRequest) throws(EngineError) -> Injection {
        let bytes = try RequestPacket.bytes(request.key, engine: .kernel)
        guard let interface = topology.interfaceName(request.visit.from) else { return Injection(.local, bytes) }
        return Injection(.interface(interface), bytes)
    }

    /// New packets are put without connection tracking: every one meets policy, even those that open no connection.
    private mutating func observe(_ injections: [Injection], _ node: Int) throws(EngineError) -> [Observation] {
        let batch = nodes[node] == nil ? try NodeBatch.bytes(tree, NodeIndex(node), engine: .kernel) : []
        do throws(KernelHarnessError) {
            let kernel = try running(node, batch)
            nodes[node] = kernel
            return try kernel.observeUntracked(injections)
        } catch {
            throw EngineError(engine: .kernel, message: "\(error)", isEnvironment: error.isEnvironment)
        }
    }

    /// The node's namespace, with the rules of `batch` loaded when it is new.
    private func running(_ node: Int, _ batch: [UInt8]) throws(KernelHarnessError) -> KernelNode {
        if let kernel = nodes[node] { return kernel }
        let kernel = try KernelNode(topology.layout(of: NodeIndex(node)))
        try kernel.load(batch: batch)
        return kernel
    }
}

extension Topology {
    /// The interfaces and routes that make a namespace this node: a device per local endpoint, the outside ones, the
    /// node's own addresses on the default one.
    func layout(of node: NodeIndex) -> NodeLayout {
        var interfaces = endpoints.filter { $0.node == node }.map { endpoint in
            NodeLayout.Interface(name: endpoint.interface, routes: endpoint.addresses.map { IPPrefix(host: $0) })
        }
        interfaces += outsideInterfaces.filter { $0.name != defaultInterface }.map { outside in
            NodeLayout.Interface(name: outside.name, routes: outside.prefixes)
        }
        let catchAll = [IPPrefix(IPAddress(v4: 0), length: 0), IPPrefix(IPAddress(v6: 0), length: 0)]
        let own = nodes[node.value].addresses.map {
            NodeLayout.HostAddress($0, prefixLength: UInt8($0.family.bitWidth))
        }
        interfaces.append(NodeLayout.Interface(name: defaultInterface, addresses: own, routes: catchAll))
        return NodeLayout(interfaces: interfaces)
    }
}

extension KernelHarnessError {
    /// Whether the machine lacks something, as against rules that the kernel refused.
    var isEnvironment: Bool {
        switch self {
        case .refused, .notAPacket, .unknownInterface: false
        case .system, .unavailable, .startingNamespace, .noAnswer, .stockNft: true
        }
    }
}
