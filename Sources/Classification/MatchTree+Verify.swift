import NetTypes
import NetworkTopology

extension MatchTree {
    /// The invariants that every pass must keep; empty when all hold. Each entry names what is broken.
    ///
    /// - ids point inside their tables, and to the right kind of set;
    /// - sets are sorted, disjoint and minimal; no two have the same members;
    /// - no rule without a family or protocol; port ranges are sorted and apart;
    /// - sites and what they stand for point at each other; none stands for nothing;
    /// - `endpoints` and `nodeSettings` are parallel to the topology.
    public func verify() -> [String] {
        var broken: [String] = []
        if endpoints.count != topology.endpoints.count { broken.append("endpoints are not parallel to the topology") }
        if hostEndpoints.count != topology.hostEndpoints.count {
            broken.append("host endpoints are not parallel to the topology")
        }
        if nodeSettings.count != topology.nodes.count {
            broken.append("node settings are not parallel to the topology")
        }
        broken += verifySets()
        broken += verifySites()
        for (index, chain) in chains.enumerated() { broken += verify(chain, ChainID(index)) }
        for (index, program) in programs.enumerated() { broken += verify(program, ProgramID(index)) }
        for endpoint in endpoints { broken += verify(endpoint, .normal, "an endpoint") }
        for host in hostEndpoints {
            broken += verify(host.normal, .normal, "a host endpoint")
            broken += verify(host.forward, .forward, "a host endpoint")
            if let untracked = host.untracked { broken += verify(untracked, .untracked, "a host endpoint") }
            if let preDNAT = host.preDNAT { broken += verify(preDNAT, .ingress, .preDNAT, "a host endpoint") }
        }
        return broken
    }

    private func verify(_ programs: EndpointPrograms, _ stage: PolicyStage, _ user: String) -> [String] {
        verify(programs.ingress, .ingress, stage, user) + verify(programs.egress, .egress, stage, user)
    }

    private func verify(
        _ program: ProgramID, _ direction: Direction, _ stage: PolicyStage, _ user: String
    ) -> [String] {
        guard programs.indices.contains(program.value) else {
            return ["\(user) names program \(program.value), which does not exist"]
        }
        let used = programs[program.value]
        return used.direction == direction && used.stage == stage
            ? [] : ["\(user) uses program \(program.value) in the wrong direction or at the wrong stage"]
    }

    private func verifySets() -> [String] {
        var broken: [String] = []
        var names: Set<String> = []
        for set in sets {
            if !names.insert(set.name).inserted { broken.append("two sets are named \(set.name)") }
            switch set.members {
            case .addresses(let blocks):
                if blocks != IPSet.aggregated(blocks) { broken.append("set \(set.name) is not aggregated") }
            case .addressPorts(let triples):
                if triples != Array(Set(triples)).sorted() { broken.append("set \(set.name) is not sorted") }
            case .domains(let domains):
                if domains.patterns.isEmpty { broken.append("set \(set.name) follows no name") }
                let addresses = domains.members.map(\.address)
                if addresses != Set(addresses).sorted() { broken.append("set \(set.name) is not sorted") }
            }
        }
        return broken
    }

    private func verify(_ chain: RuleChain, _ id: ChainID) -> [String] {
        var broken: [String] = []
        for (index, rule) in chain.rules.enumerated() {
            let place = "chain \(id.value) rule \(index)"
            if rule.match.families.isEmpty || rule.match.protocols.isEmpty { broken.append("\(place) can never match") }
            for side in [rule.match.source, rule.match.destination] {
                broken += verify(side, place)
            }
            if site(rule.site) != chain.siteKind(id, rule: index) {
                broken.append("\(place) has the site of something else")
            }
        }
        return broken
    }

    private func verify(_ side: SideMatch, _ place: String) -> [String] {
        var broken: [String] = []
        for id in side.inSets + side.notInSets where !isAddressSet(id) {
            broken.append("\(place) needs address set \(id.value)")
        }
        let portMatches = [side.ports, side.notPorts].compactMap { $0 }
        for id in side.tripleSets + portMatches.flatMap(\.namedSets) where !isTripleSet(id) {
            broken.append("\(place) needs triple set \(id.value)")
        }
        for ports in portMatches {
            if ports.ranges != PortRange.merged(ports.ranges) { broken.append("\(place) has unmerged port ranges") }
            if ports.ranges.isEmpty, ports.namedSets.isEmpty { broken.append("\(place) has an empty port match") }
        }
        return broken
    }

    private func verify(_ program: Program, _ id: ProgramID) -> [String] {
        var broken: [String] = []
        let place = "program \(id.value)"
        for chain in program.tiers.flatMap(\.chains) + program.profiles {
            if !chains.indices.contains(chain.value) {
                broken.append("\(place) names chain \(chain.value), which does not exist")
            } else if chains[chain.value].direction != program.direction {
                broken.append("\(place) uses chain \(chain.value) in the wrong direction")
            }
        }
        for (index, block) in program.tiers.enumerated() {
            if block.chains.isEmpty { broken.append("\(place) has tier \(block.tier) without policies") }
            if block.isClosed, block.endOfTierDrop != nil {
                broken.append("\(place) drops at the end of tier \(block.tier), which no packet gets to")
            }
            if let drop = block.endOfTierDrop, site(drop) != .endOfTier(program: id, tier: index) {
                broken.append("\(place) tier \(block.tier) has the site of something else")
            }
        }
        let isEndRight =
            switch (program.stage, program.end) {
            case (.normal, .drop(let drop)): site(drop) == .noProfile(program: id)
            case (.forward, .accept(let accept)): site(accept) == .fixed(.noForwardPolicy) && program.tiers.isEmpty
            case (.forward, .undecided), (.untracked, .undecided), (.preDNAT, .undecided): program.profiles.isEmpty
            default: false
            }
        if !isEndRight { broken.append("\(place) has the wrong end for its stage") }
        return broken
    }

    private func verifySites() -> [String] {
        let fixed = FixedSite.allCases.map(\.id)
        let rules = chains.flatMap { $0.rules.map(\.site) }
        let ends = programs.flatMap(\.ownSites)
        var users = Array(repeating: 0, count: sites.count)
        for site in fixed + rules + ends where sites.indices.contains(Int(site.value)) { users[Int(site.value)] += 1 }
        return users.indices.filter { users[$0] != 1 }.map { "site \($0) stands for \(users[$0]) things" }
    }

    private func site(_ id: SiteID) -> Site.Kind? {
        sites.indices.contains(Int(id.value)) ? sites[Int(id.value)].kind : nil
    }

    private func isAddressSet(_ id: IPSetID) -> Bool {
        guard sets.indices.contains(id.value) else { return false }
        if case .addressPorts = sets[id.value].members { return false }
        return true
    }

    private func isTripleSet(_ id: IPSetID) -> Bool {
        guard sets.indices.contains(id.value), case .addressPorts = sets[id.value].members else { return false }
        return true
    }
}
