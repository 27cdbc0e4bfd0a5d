import Classification
import NetTypes
import NetworkTopology

/// The host endpoints of the node that a table is for, and the settings that concern the node as a whole.
struct HostSide {
    struct Endpoint {
        var name: String
        /// Empty for the host endpoint of every other interface.
        var interface: String
        var programs: HostEndpointPrograms
    }

    /// In order of interface name.
    private(set) var named: [Endpoint]
    private(set) var wildcard: Endpoint?
    let settings: NodeSettings
    let allowedSources: [AllowedSource]

    /// Addresses that a pod may send from although they are not its own.
    struct AllowedSource {
        var interface: String
        var prefixes: [IPPrefix]
    }

    /// The interfaces of hosts have the same names on every node, so a table for several nodes can have no host
    /// endpoints.
    init(_ tree: MatchTree, _ nodes: [NodeIndex]) throws(RulesetError) {
        let bindings = nodes.map { tree.topology.hostBindings[$0.value] }
        func endpoint(_ index: HostEndpointIndex, _ interface: String) -> Endpoint {
            Endpoint(
                name: tree.topology.hostEndpoints[index.value].name, interface: interface,
                programs: tree.hostEndpoints[index.value])
        }
        named = bindings.flatMap(\.named).map { endpoint($0.value, $0.key) }.sorted { $0.interface < $1.interface }
        wildcard = bindings.compactMap(\.wildcard).first.map { endpoint($0, "") }
        if nodes.count > 1, let first = wildcard ?? named.first {
            throw .hostEndpointInSeveralNodes(first.name)
        }
        settings = try HostSide.common(tree, nodes)
        allowedSources = tree.topology.endpoints.filter { nodes.contains($0.node) && !$0.allowedSourcePrefixes.isEmpty }
            .map { AllowedSource(interface: $0.interface, prefixes: IPSet.aggregated($0.allowedSourcePrefixes)) }
            .sorted { $0.interface < $1.interface }
    }

    /// The settings of the nodes; of those that are no endpoint's all must be the same.
    private static func common(_ tree: MatchTree, _ nodes: [NodeIndex]) throws(RulesetError) -> NodeSettings {
        guard let first = nodes.first else { return NodeSettings() }
        let settings = tree.nodeSettings[first.value]
        for node in nodes {
            let other = tree.nodeSettings[node.value]
            guard
                other.serviceLoopPrefixes == settings.serviceLoopPrefixes, other.policesIPv6 == settings.policesIPv6,
                other.tunnels == settings.tunnels || !(other.tunnels.isOn || settings.tunnels.isOn)
            else {
                throw .differentSettings([first, node].map { tree.topology.nodes[$0.value].name })
            }
        }
        return settings
    }

    /// Host endpoints are never those of pod interfaces, whatever they are named for.
    mutating func keepHostInterfaces(_ isHostInterface: (String) -> Bool) throws(RulesetError) {
        named = named.filter { isHostInterface($0.interface) }
        for endpoint in named where !InterfaceName.isLegal(endpoint.interface) {
            throw .illegalInterface(endpoint.interface, endpoint: endpoint.name)
        }
    }

    var isEmpty: Bool { named.isEmpty && wildcard == nil }

    /// What untracked and preDNAT policy accepted.
    var acceptBit: MarkBit { MarkBit(lowestOf: settings.markMask) }

    /// Some interface has doNotTrack policy; that of `*` is ignored (T39).
    var hasUntracked: Bool { named.contains { $0.programs.untracked != nil } }

    var hasPreDNAT: Bool { named.contains { $0.programs.preDNAT != nil } || wildcard?.programs.preDNAT != nil }

    /// Whether any packet can bear the mark.
    var usesMark: Bool { hasUntracked || hasPreDNAT }

    /// One program of each host endpoint that has it, as `*`'s for the rest.
    func uses(
        _ place: ProgramKey.Place, _ program: (HostEndpointPrograms) -> ProgramID?
    ) -> (named: [RulesetBuilder.ProgramUse], wildcard: RulesetBuilder.ProgramUse?) {
        func use(_ endpoint: Endpoint) -> RulesetBuilder.ProgramUse? {
            program(endpoint.programs).map {
                RulesetBuilder.ProgramUse(
                    key: ProgramKey(host: $0, place, self), interface: endpoint.interface, user: endpoint.name)
            }
        }
        return (named.compactMap(use), wildcard.flatMap(use))
    }
}
