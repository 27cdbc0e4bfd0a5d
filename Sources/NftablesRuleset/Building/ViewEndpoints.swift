import Classification
import NetworkTopology

/// The endpoints and settings that a table is for, checked: interface names are legal, no two endpoints share one.
struct ViewEndpoints {
    struct Endpoint {
        var name: String
        var interface: String
        var programs: EndpointPrograms
        var settings: NodeSettings
    }

    /// In order of interface name.
    var endpoints: [Endpoint]
    /// Prefixes of pod interfaces, sorted, distinct.
    var prefixes: [String]
    /// What the table's comment says.
    var title: String
    var host: HostSide

    init(_ tree: MatchTree, _ view: RulesetView) throws(RulesetError) {
        let nodes: [NodeIndex]
        switch view {
        case .cluster:
            nodes = tree.topology.nodes.indices.map { NodeIndex($0) }
            title = "all nodes"
        case .node(let node):
            nodes = [node]
            title = "node \(tree.topology.nodes[node.value].name)"
        }
        endpoints = zip(tree.topology.endpoints, tree.endpoints).compactMap { endpoint, programs in
            guard view == .cluster || view == .node(endpoint.node) else { return nil }
            return Endpoint(
                name: endpoint.name, interface: endpoint.interface, programs: programs,
                settings: tree.nodeSettings[endpoint.node.value])
        }
        endpoints.sort { $0.interface < $1.interface }
        var prefixes: Set<String> = []
        for node in nodes {
            for prefix in tree.nodeSettings[node.value].interfacePrefixes {
                guard InterfaceName.isLegal(prefix) else {
                    throw .illegalInterfacePrefix(prefix, node: tree.topology.nodes[node.value].name)
                }
                prefixes.insert(prefix)
            }
        }
        self.prefixes = prefixes.sorted()
        host = try HostSide(tree, nodes)
        try checkInterfaces()
        try host.keepHostInterfaces { [prefixes, endpoints] name in
            !prefixes.contains { name.hasPrefix($0) } && !endpoints.contains { $0.interface == name }
        }
    }

    private func checkInterfaces() throws(RulesetError) {
        for endpoint in endpoints where !InterfaceName.isLegal(endpoint.interface) {
            throw .illegalInterface(endpoint.interface, endpoint: endpoint.name)
        }
        for (a, b) in zip(endpoints, endpoints.dropFirst()) where a.interface == b.interface {
            throw .sharedInterface(a.interface, endpoints: [a.name, b.name])
        }
    }

    /// What packets from pods come in through, endpoints whose interface has no pod prefix included.
    var workloadPatterns: [InterfacePattern] {
        prefixes.map(InterfacePattern.startingWith)
            + endpoints.filter { endpoint in !prefixes.contains { endpoint.interface.hasPrefix($0) } }
            .map { .exactly($0.interface) }
    }

    /// The interfaces behind which an endpoint judges forwarded packets; `nil`: all of them.
    var judgedPatterns: [InterfacePattern]? {
        guard host.wildcard == nil else { return nil }
        return workloadPatterns + host.named.map { .exactly($0.interface) }
    }
}

enum InterfaceName {
    /// 1 to 15 bytes (`IFNAMSIZ` with its NUL) of `[A-Za-z0-9_.-]`, as Calico allows them: neither the kernel nor nft
    /// reads anything into these characters.
    static func isLegal(_ name: String) -> Bool {
        (1..<ByteOrder.interfaceNameLength).contains(name.utf8.count)
            && name.utf8.allSatisfy { ChainNames.isLegal($0) && $0 != UInt8(ascii: "/") }
    }
}
