import Classification
import Diagnostics
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
    private let cases: [PacketCase]
    /// `nil` for cases without workload endpoint.
    private let endpoints: [EndpointIndex?]
    private let nodes: [NodeIndex]

    /// - Parameter enforcesStaged: staged policies count, too.
    init(_ cases: [PacketCase], behindPassTier: Bool = false, enforcesStaged: Bool = false) throws {
        let resources = try PacketResources(cases, behindPassTier: behindPassTier)
        var options = ResolveOptions(whatIf: false)
        if enforcesStaged { options.staging = .allEnforced }
        var (cluster, diagnostics) = ResolvedCluster.resolve(resources.snapshot, options: options)
        // Some of Felix's own tests run into its faults; verdicts follow the policy all the same.
        diagnostics.removeAll { $0.id.hasPrefix("calico-quirk-") }
        guard diagnostics.isEmpty else { throw CorpusFault("\(diagnostics)") }
        cluster.changePolicies { policy in
            if resources.forwardOnly.contains(policy.name.name) { policy.stages = [.forward] }
        }
        inputs = LoadedInputs(
            snapshot: resources.snapshot, cluster: cluster, tree: MatchTree.compile(cluster), diagnostics: [])
        policies = resources.policies
        endRuleIDs = resources.endRuleIDs
        let topology = cluster.topology
        self.cases = cases
        nodes = try cases.enumerated().map { number, packetCase in
            let name = PacketResources.nodeName(packetCase, number)
            guard let node = topology.node(named: name) else { throw CorpusFault("node \(name) got lost") }
            return node
        }
        endpoints = cases.indices.map { number in
            topology.endpoint(named: "default/\(PacketResources.endpointName(number))")
        }
    }

    /// The passage of a packet through the case's node; `direction` is seen from a workload endpoint without host part.
    func visit(_ number: Int, _ packet: CasePacket, _ direction: Direction) throws(CorpusFault) -> Visit {
        var (from, to) = try ends(number, packet, direction)
        if direction == .egress, !cases[number].isAboutHost { swap(&from, &to) }
        let translation = packet.original.map { original in
            Translation.destination(original: original.destination, port: original.destinationPort, to: to)
        }
        return Visit(node: nodes[number], from: from, to: to, translation: translation ?? .none)
    }

    /// The tables know one program for both directions and flags that a packet is from the host or to it: both say that
    /// normal policy is asked. A node has preDNAT policy on the way in alone, and what it sends to its own workloads
    /// meets no policy, so there a packet from the host stands for one to the host.
    private func ends(
        _ number: Int, _ packet: CasePacket, _ direction: Direction
    ) throws(CorpusFault) -> (from: Attachment, to: Attachment) {
        let packetCase = cases[number]
        let outside = Attachment.outside(interface: PacketResources.hostInterface)
        let isOfHost = packet.isFromHost || packet.isToHost
        guard packetCase.endpoint == .workload else {
            guard isOfHost else { return (outside, .outside(interface: "eth1")) }
            let leaves = packet.isFromHost && packetCase.host?.preDNATTiers.isEmpty ?? true
            return leaves ? (.host, outside) : (outside, .host)
        }
        guard let endpoint = endpoints[number] else { throw CorpusFault("\(packetCase.id): its endpoint got lost") }
        return packetCase.isAboutHost && isOfHost ? (.workload(endpoint), .host) : (outside, .workload(endpoint))
    }
}

extension ResolvedCluster {
    fileprivate mutating func changePolicies(_ change: (inout ResolvedPolicy) -> Void) {
        for tier in tiers.indices {
            for policy in tiers[tier].policies.indices { change(&tiers[tier].policies[policy]) }
        }
    }
}
