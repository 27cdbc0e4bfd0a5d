import Classification
import NetTypes
import NetworkTopology
import PolicyIR
import Selectors

@testable import PolicyCompiler

extension CalculatedState {
    /// What the product's compiled tree holds for the endpoints of one node.
    ///
    /// - Parameter alwaysActive: policies that the node is told of though no endpoint of it has them.
    init(of cluster: ResolvedCluster, node: String, alwaysActive: Set<String>) {
        // What Felix calculates is what comes before passes: policies that no packet gets to are in it.
        let tree = MatchTree.compile(cluster, passes: [])
        let order = cluster.tiers.map(\.name)
        var used: [ProgramID] = []
        func tiers(_ ingress: ProgramID?, _ egress: ProgramID?) -> [Tier] {
            used += [ingress, egress].compactMap(\.self)
            return Self.tiers(ingress, egress, tree, order: order)
        }
        for (attachment, programs) in zip(tree.topology.endpoints, tree.endpoints)
        where tree.topology.nodes[attachment.node.value].name == node {
            // The name is the namespace and the id.
            let id = attachment.name.split(separator: "/", maxSplits: 1).last ?? ""
            endpoints[String(id)] = Endpoint(
                tiers: tiers(programs.ingress, programs.egress), untracked: [], preDNAT: [])
        }
        for (attachment, programs) in zip(tree.topology.hostEndpoints, tree.hostEndpoints)
        where tree.topology.nodes[attachment.node.value].name == node {
            endpoints[attachment.name] = Endpoint(
                tiers: tiers(programs.normal.ingress, programs.normal.egress),
                untracked: tiers(programs.untracked?.ingress, programs.untracked?.egress),
                preDNAT: tiers(programs.preDNAT, nil))
        }
        let chains = Set(used.map { tree.programs[$0.value] }.flatMap { $0.tiers.flatMap(\.chains) + $0.profiles })
        for chain in chains {
            switch tree.chains[chain.value].owner {
            case .policy(let name, _): activePolicies.insert(name.name)
            case .profile(let name, _): activeProfiles.insert(name)
            }
        }
        let policies = cluster.tiers.flatMap(\.policies)
        activePolicies.formUnion(policies.map(\.name.name).filter(alwaysActive.contains))
        untrackedPolicies = Set(policies.filter { $0.stages.contains(.untracked) }.map(\.name.name))
            .intersection(activePolicies)
        preDNATPolicies = Set(policies.filter { $0.stages.contains(.preDNAT) }.map(\.name.name))
            .intersection(activePolicies)
        let rules =
            policies.filter { activePolicies.contains($0.name.name) }.flatMap { policy in
                Direction.allCases.filter(policy.governs).flatMap(policy.rules)
            } + activeProfiles.compactMap { cluster.profiles[$0] }.flatMap { $0.ingress + $0.egress }
        var sets = SetInterning(cluster)
        for rule in rules {
            addSets(of: rule.source, rule.proto, isSource: true, &sets)
            addSets(of: rule.destination, rule.proto, isSource: false, &sets)
        }
    }

    /// The tiers that one of two programs has, in their order.
    private static func tiers(
        _ ingress: ProgramID?, _ egress: ProgramID?, _ tree: MatchTree, order: [String]
    ) -> [Tier] {
        func names(_ tier: String, _ program: ProgramID?) -> [String] {
            let blocks = program.map { tree.programs[$0.value].tiers } ?? []
            return blocks.filter { $0.tier == tier }.flatMap(tree.isolatingPolicies).map(\.name)
        }
        return order.map { Tier(name: $0, ingress: names($0, ingress), egress: names($0, egress)) }
            .filter { !$0.ingress.isEmpty || !$0.egress.isEmpty }
    }

    /// The sets of one side of a rule, made by the compiler. Where a selector stands beside named ports alone, Calico
    /// keeps no set of the selector's own: its named ports say the same.
    private mutating func addSets(
        of side: EntityMatch, _ proto: IPProtocol?, isSource: Bool, _ sets: inout SetInterning
    ) {
        let isCovered = side.ports.isEmpty && !side.namedPorts.isEmpty
        if let selector = side.selector, !isCovered { add(.selector(selector), sets.members(of: selector), sets) }
        if let selector = side.notSelector { add(.selector(selector), sets.members(of: selector), sets) }
        for name in side.namedPorts + side.notNamedPorts {
            let id = sets.namedPort(name, owners: side.selector, proto: proto)
            add(.namedPort(side.selector ?? .all, proto: proto, name: name), id, sets)
        }
        if let service = side.service {
            let id = isSource ? sets.serviceAddresses(service) : sets.servicePorts(service)
            let members = SetMembers(sets.sets[id.value])
            ipSets[.service(withPorts: !isSource, members: members)] = members
        }
    }

    private mutating func add(_ key: SetKey, _ id: IPSetID, _ sets: SetInterning) {
        ipSets[key] = SetMembers(sets.sets[id.value])
    }
}
