public import NetworkTopology

extension MatchTree {
    /// What one node's kernel holds: the endpoints of that node, their programs, and what these need. Pods of other
    /// nodes are there as members of sets alone.
    public func view(of node: NodeIndex) -> MatchTree {
        var view = NodeView(self)
        return view.build(node)
    }
}

/// Copies the part of a tree that one node needs; numbers ascend in the order of the whole tree.
private struct NodeView {
    private let tree: MatchTree
    private var programs: [ProgramID: ProgramID] = [:]
    private var chains: [ChainID: ChainID] = [:]
    private var sets: [IPSetID: IPSetID] = [:]

    init(_ tree: MatchTree) { self.tree = tree }

    mutating func build(_ node: NodeIndex) -> MatchTree {
        let topology = tree.topology
        let endpoints = topology.endpoints.indices.filter { topology.endpoints[$0].node == node }
        let hosts = topology.hostEndpoints.indices.filter { topology.hostEndpoints[$0].node == node }
        number(endpoints.flatMap { tree.endpoints[$0].ids } + hosts.flatMap { tree.hostEndpoints[$0].ids })
        var view = MatchTree(
            topology: Topology(
                nodes: topology.nodes, endpoints: endpoints.map { topology.endpoints[$0] },
                hostEndpoints: hosts.map { topology.hostEndpoints[$0] }, outsideInterfaces: topology.outsideInterfaces,
                defaultInterface: topology.defaultInterface),
            services: tree.services, sources: tree.sources)
        view.nodeSettings = tree.nodeSettings
        view.domains = tree.domains
        view.stagedPolicies = tree.stagedPolicies
        view.sets = sets.keys.sorted().map { tree.sets[$0.value] }
        for old in chains.keys.sorted() { copy(old, into: &view) }
        for old in programs.keys.sorted() { copy(old, into: &view) }
        view.endpoints = endpoints.map { renumbered(tree.endpoints[$0]) }
        view.hostEndpoints = hosts.map { renumbered(tree.hostEndpoints[$0]) }
        return view
    }

    private mutating func number(_ used: [ProgramID]) {
        for (new, old) in Set(used).sorted().enumerated() { programs[old] = ProgramID(new) }
        let usedChains = programs.keys.flatMap { id in
            tree.programs[id.value].tiers.flatMap(\.chains) + tree.programs[id.value].profiles
        }
        for (new, old) in Set(usedChains).sorted().enumerated() { chains[old] = ChainID(new) }
        let usedSets = chains.keys.flatMap { tree.chains[$0.value].rules }.flatMap { $0.match.sets }
        for (new, old) in Set(usedSets).sorted().enumerated() { sets[old] = IPSetID(new) }
    }

    private func copy(_ old: ChainID, into view: inout MatchTree) {
        guard let id = chains[old] else { return }
        var chain = tree.chains[old.value]
        for index in chain.rules.indices {
            chain.rules[index].match = chain.rules[index].match.replacingSets { sets[$0] ?? $0 }
            chain.rules[index].site = view.addSite(chain.siteKind(id, rule: index))
        }
        view.chains.append(chain)
    }

    private func copy(_ old: ProgramID, into view: inout MatchTree) {
        guard let id = programs[old] else { return }
        var program = tree.programs[old.value]
        program.profiles = program.profiles.map { chains[$0] ?? $0 }
        for index in program.tiers.indices {
            program.tiers[index].chains = program.tiers[index].chains.map { chains[$0] ?? $0 }
            if program.tiers[index].endOfTierDrop != nil {
                program.tiers[index].endOfTierDrop = view.addSite(.endOfTier(program: id, tier: index))
            }
        }
        if case .drop = program.end { program.end = .drop(view.addSite(.noProfile(program: id))) }
        view.programs.append(program)
    }

    private func renumbered(_ old: EndpointPrograms) -> EndpointPrograms {
        EndpointPrograms(ingress: renumbered(old.ingress), egress: renumbered(old.egress))
    }

    private func renumbered(_ old: HostEndpointPrograms) -> HostEndpointPrograms {
        HostEndpointPrograms(
            untracked: old.untracked.map { renumbered($0) }, preDNAT: old.preDNAT.map { renumbered($0) },
            normal: renumbered(old.normal), forward: renumbered(old.forward))
    }

    private func renumbered(_ old: ProgramID) -> ProgramID { programs[old] ?? old }
}

extension MatchTree {
    fileprivate mutating func addSite(_ kind: Site.Kind) -> SiteID {
        sites.append(Site(kind: kind))
        return SiteID(UInt32(sites.count - 1))
    }
}

extension EndpointPrograms {
    fileprivate var ids: [ProgramID] { [ingress, egress] }
}

extension HostEndpointPrograms {
    fileprivate var ids: [ProgramID] {
        normal.ids + forward.ids + (untracked?.ids ?? []) + (preDNAT.map { [$0] } ?? [])
    }
}
