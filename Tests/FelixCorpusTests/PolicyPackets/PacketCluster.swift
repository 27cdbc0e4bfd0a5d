import Classification
import NetTypes
import NetworkTopology
import PolicyCompiler
import PolicyIR

@testable import Workspace

/// Packet cases as one cluster, resolved and compiled by the product.
struct PacketCluster {
    let inputs: LoadedInputs
    /// What stands behind the names of policies and profiles.
    let policies: [String: CasePolicy]
    /// What a trace shows at the end of tiers, by their names.
    let endRuleIDs: [String: Double]
    private let endpoints: [EndpointIndex]
    private let node: NodeIndex

    init(_ cases: [PacketCase], behindPassTier: Bool = false) throws {
        let resources = try PacketResources(cases, behindPassTier: behindPassTier)
        let resolved = ResolvedCluster.resolve(resources.snapshot, options: ResolveOptions(whatIf: false))
        guard resolved.diagnostics.isEmpty else { throw CorpusFault("\(resolved.diagnostics)") }
        inputs = LoadedInputs(
            snapshot: resources.snapshot, cluster: resolved.cluster, tree: MatchTree.compile(resolved.cluster),
            diagnostics: [])
        policies = resources.policies
        endRuleIDs = resources.endRuleIDs
        let topology = resolved.cluster.topology
        node = topology.node(named: PacketResources.nodeName) ?? NodeIndex(0)
        endpoints = try cases.indices.map { number in
            try Self.found(topology.endpoint(named: "default/\(PacketResources.endpointName(number))"))
        }
    }

    /// The passage of a packet out of, or into, the endpoint of a case.
    func visit(_ number: Int, _ direction: Direction) -> Visit {
        let (inside, outside) = (Attachment.workload(endpoints[number]), Attachment.outside(interface: "eth0"))
        return direction == .egress
            ? Visit(node: node, from: inside, to: outside) : Visit(node: node, from: outside, to: inside)
    }

    private static func found<Index>(_ index: Index?) throws(CorpusFault) -> Index {
        guard let index else { throw CorpusFault("an endpoint or node got lost") }
        return index
    }
}
