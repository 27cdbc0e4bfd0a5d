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
            let places = requests.indices.filter { requests[$0].visit.node.value == node }
            for pass in Self.passes(requests, places) {
                var injections: [Injection] = []
                for place in pass.places { injections.append(try injection(requests[place])) }
                for (place, observation) in zip(pass.places, try observe(injections, pass.translations, node)) {
                    answers[place].verdict = observation.verdict
                }
            }
        }
        return answers
    }

    /// Requests that can be put before a node in one go.
    private struct Pass {
        /// `nil`: without connection tracking.
        var translations: TranslationTable?
        /// Indices of requests.
        var places: [Int] = []
    }

    /// New packets go without connection tracking, so that every one meets policy, even those that open no connection.
    /// Translation needs it, and what it calls invalid nothing else does.
    private static func passes(_ requests: [EngineRequest], _ places: [Int]) -> [Pass] {
        var untracked = Pass()
        var tracked: [Pass] = []
        for place in places {
            let request = requests[place]
            guard request.visit.translation != .none || request.state == .invalid else {
                untracked.places.append(place)
                continue
            }
            var pass = 0
            while pass < tracked.count, tracked[pass].translations?.add(request) == false { pass += 1 }
            if pass == tracked.count {
                var table = TranslationTable()
                _ = table.add(request)
                tracked.append(Pass(translations: table))
            }
            tracked[pass].places.append(place)
        }
        return (untracked.places.isEmpty ? [] : [untracked]) + tracked
    }

    private func injection(_ request: EngineRequest) throws(EngineError) -> Injection {
        let bytes = try RequestPacket.bytes(request.key.untranslated(request.visit.translation), engine: .kernel)
        guard let interface = topology.interfaceName(request.visit.from) else { return Injection(.local, bytes) }
        return Injection(.interface(interface), bytes)
    }

    private mutating func observe(
        _ injections: [Injection], _ translations: TranslationTable?, _ node: Int
    ) throws(EngineError) -> [Observation] {
        let batch = nodes[node] == nil ? try NodeBatch.bytes(tree, NodeIndex(node), engine: .kernel) : []
        do throws(KernelHarnessError) {
            let kernel = try running(node, batch)
            nodes[node] = kernel
            guard let translations else { return try kernel.observeUntracked(injections) }
            try kernel.load(text: translations.nftText)
            return try kernel.observe(injections)
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
    /// The interfaces and routes that make a namespace this node: a device per local endpoint, and the outside ones, each
    /// with the node's addresses that lie behind it.
    func layout(of node: NodeIndex) -> NodeLayout {
        var interfaces = endpoints.filter { $0.node == node }.map { endpoint in
            NodeLayout.Interface(name: endpoint.interface, routes: endpoint.addresses.map { IPPrefix(host: $0) })
        }
        func own(_ interface: String) -> [NodeLayout.HostAddress] {
            nodes[node.value].addresses.filter { self.interface(toward: $0) == interface }.map {
                NodeLayout.HostAddress($0, prefixLength: UInt8($0.family.bitWidth))
            }
        }
        interfaces += outsideInterfaces.filter { $0.name != defaultInterface }.map { outside in
            NodeLayout.Interface(name: outside.name, addresses: own(outside.name), routes: outside.prefixes)
        }
        let catchAll = [IPPrefix(IPAddress(v4: 0), length: 0), IPPrefix(IPAddress(v6: 0), length: 0)]
        interfaces.append(
            NodeLayout.Interface(name: defaultInterface, addresses: own(defaultInterface), routes: catchAll))
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
