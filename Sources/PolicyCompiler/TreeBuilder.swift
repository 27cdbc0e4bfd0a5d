import Classification
import Diagnostics
import NetTypes
import NetworkTopology
import PolicyIR
import Selectors

/// Builds the tree: one chain per policy and direction that is in use, one program per distinct list of chains.
struct TreeBuilder {
    private let cluster: ResolvedCluster
    /// Of the workload endpoints, then of the host endpoints.
    private let classes: PolicyClasses
    private var lowering: RuleLowering
    private var tree: MatchTree
    /// By rank and direction.
    private var policyChains: [ChainID?]
    private var profileChains: [ProfileDirection: ChainID] = [:]
    private var programs: [ProgramKey: ProgramID] = [:]
    private var workloadPrograms: [Applied: EndpointPrograms] = [:]

    /// What decides the programs of a workload endpoint.
    private struct Applied: Hashable {
        var policies: Int32
        var profiles: [String]
    }

    private struct ProfileDirection: Hashable {
        var profile: String
        var direction: Direction
    }

    /// What makes two endpoints share a program.
    private struct ProgramKey: Hashable {
        struct Block: Hashable {
            /// In `cluster.tiers`.
            var tier: Int32
            var passesAtEnd: Bool
            var chains: [ChainID]
        }
        var direction: Direction
        var stage: PolicyStage
        var tiers: [Block]
        var profiles: [ChainID]
        /// Accepts what reaches its end, which only a host endpoint without policy for forwarded packets does.
        var acceptsAtEnd = false
    }

    init(_ cluster: ResolvedCluster) {
        self.cluster = cluster
        classes = PolicyClasses(
            cluster, subjects: cluster.endpoints.map(\.object) + cluster.hostEndpoints.map(\.object))
        policyChains = Array(repeating: nil, count: classes.traits.count * Direction.allCases.count)
        lowering = RuleLowering(sets: SetInterning(cluster))
        tree = MatchTree(topology: cluster.topology, services: cluster.services, sources: cluster.sources)
        tree.nodeSettings = cluster.nodeSettings
        tree.domains = cluster.domains
    }

    mutating func build() -> MatchTree {
        tree.endpoints = cluster.endpoints.enumerated().map { index, endpoint in
            programs(of: Applied(policies: classes.classes[index], profiles: endpoint.profiles))
        }
        tree.hostEndpoints = cluster.hostEndpoints.enumerated().map { index, host in
            programs(of: host, classes.policies(of: classes.classes[cluster.endpoints.count + index]))
        }
        tree.sets = lowering.sets.sets
        tree.stagedPolicies = stagedPolicies()
        return tree
    }

    private func stagedPolicies() -> [StagedPolicy] {
        guard classes.traits.contains(where: \.isStaged) || !cluster.stagedDeletions.isEmpty else { return [] }
        let enforced = Set(cluster.tiers.flatMap(\.policies).map(\.name))
        func counterpart(_ name: PolicyName) -> PolicyName? {
            name.enforcedForm.flatMap { enforced.contains($0) ? $0 : nil }
        }
        let watched = cluster.tiers.flatMap { tier in
            tier.policies.filter(\.isStaged).map { policy in
                StagedPolicy(
                    name: policy.name, tier: tier.name, isDeletion: false, replaces: counterpart(policy.name),
                    location: policy.location)
            }
        }
        return watched
            + cluster.stagedDeletions.map { deletion in
                StagedPolicy(
                    name: deletion.name, tier: nil, isDeletion: true, replaces: counterpart(deletion.name),
                    location: deletion.location)
            }
    }

    // MARK: Programs

    private mutating func programs(of applied: Applied) -> EndpointPrograms {
        if let known = workloadPrograms[applied] { return known }
        let programs = normalPrograms(classes.policies(of: applied.policies), applied.profiles)
        workloadPrograms[applied] = programs
        return programs
    }

    private mutating func normalPrograms(
        _ policies: [PolicyClasses.Rank], _ profiles: [String]
    ) -> EndpointPrograms {
        EndpointPrograms(
            ingress: normalProgram(policies, profiles, .ingress), egress: normalProgram(policies, profiles, .egress))
    }

    private mutating func normalProgram(
        _ policies: [PolicyClasses.Rank], _ profiles: [String], _ direction: Direction
    ) -> ProgramID {
        intern(
            ProgramKey(
                direction: direction, stage: .normal, tiers: blocks(policies, direction, .normal),
                profiles: profiles.map { chain(ofProfile: $0, direction) }))
    }

    private mutating func programs(
        of host: HostEndpoint, _ policies: [PolicyClasses.Rank]
    ) -> HostEndpointPrograms {
        let normal = normalPrograms(policies, host.profiles)
        let traits = policies.map { classes.traits[Int($0)] }
        func exists(_ stage: PolicyStage) -> Bool {
            traits.contains { $0.governs(.ingress, stage) || $0.governs(.egress, stage) }
        }
        return HostEndpointPrograms(
            untracked: exists(.untracked) ? stagePrograms(policies, .untracked) : nil,
            preDNAT: exists(.preDNAT) ? stageProgram(policies, .ingress, .preDNAT) : nil,
            normal: normal,
            forward: stagePrograms(policies, .forward, acceptsAtEnd: !exists(.forward)))
    }

    private mutating func stagePrograms(
        _ policies: [PolicyClasses.Rank], _ stage: PolicyStage, acceptsAtEnd: Bool = false
    ) -> EndpointPrograms {
        EndpointPrograms(
            ingress: stageProgram(policies, .ingress, stage, acceptsAtEnd: acceptsAtEnd),
            egress: stageProgram(policies, .egress, stage, acceptsAtEnd: acceptsAtEnd))
    }

    private mutating func stageProgram(
        _ policies: [PolicyClasses.Rank], _ direction: Direction, _ stage: PolicyStage, acceptsAtEnd: Bool = false
    ) -> ProgramID {
        intern(
            ProgramKey(
                direction: direction, stage: stage, tiers: blocks(policies, direction, stage), profiles: [],
                acceptsAtEnd: acceptsAtEnd))
    }

    /// The tiers that exist for an endpoint at a stage. Those of untracked and preDNAT policy never drop at their end.
    private mutating func blocks(
        _ policies: [PolicyClasses.Rank], _ direction: Direction, _ stage: PolicyStage
    ) -> [ProgramKey.Block] {
        var blocks: [ProgramKey.Block] = []
        for rank in policies {
            let traits = classes.traits[Int(rank)]
            guard !traits.isStaged, traits.governs(direction, stage) else { continue }
            if blocks.last?.tier != traits.tier {
                let passesAtEnd = cluster.tiers[Int(traits.tier)].passesAtEnd
                let endsInDrop = (stage == .normal || stage == .forward) && !passesAtEnd
                blocks.append(ProgramKey.Block(tier: traits.tier, passesAtEnd: !endsInDrop, chains: []))
            }
            blocks[blocks.count - 1].chains.append(chain(of: rank, direction))
        }
        return blocks
    }

    private mutating func intern(_ key: ProgramKey) -> ProgramID {
        if let id = programs[key] { return id }
        let id = ProgramID(tree.programs.count)
        let tiers = key.tiers.enumerated().map { index, block in
            TierBlock(
                tier: cluster.tiers[Int(block.tier)].name, chains: block.chains,
                endOfTierDrop: block.passesAtEnd ? nil : addSite(.endOfTier(program: id, tier: index)))
        }
        tree.programs.append(
            Program(
                direction: key.direction, stage: key.stage, tiers: tiers, profiles: key.profiles,
                end: end(of: key, id)))
        programs[key] = id
        return id
    }

    private mutating func end(of key: ProgramKey, _ id: ProgramID) -> Program.End {
        if key.stage == .normal { return .drop(addSite(.noProfile(program: id))) }
        return key.acceptsAtEnd ? .accept(FixedSite.noForwardPolicy.id) : .undecided
    }

    // MARK: Chains

    private mutating func chain(of rank: PolicyClasses.Rank, _ direction: Direction) -> ChainID {
        let slot = Int(rank) * Direction.allCases.count + Int(direction.rawValue)
        if let id = policyChains[slot] { return id }
        let traits = classes.traits[Int(rank)]
        let tier = cluster.tiers[Int(traits.tier)]
        let policy = tier.policies[Int(traits.position)]
        let id = addChain(
            .policy(policy.name, tier: tier.name), direction, policy.rules(direction), location: policy.location)
        policyChains[slot] = id
        return id
    }

    private mutating func chain(ofProfile name: String, _ direction: Direction) -> ChainID {
        let key = ProfileDirection(profile: name, direction: direction)
        if let id = profileChains[key] { return id }
        let id: ChainID
        if let profile = cluster.profiles[name] {
            id = addChain(
                .profile(name, exists: true), direction, profile.rules(direction), location: profile.location)
        } else {
            id = addMissingProfile(name, direction)
        }
        profileChains[key] = id
        return id
    }

    private mutating func addChain(
        _ owner: RuleChain.Owner, _ direction: Direction, _ rules: [PolicyRule], location: SourceLocation?
    ) -> ChainID {
        let id = ChainID(tree.chains.count)
        var lowered: [Rule] = []
        for rule in rules {
            guard let match = lowering.lower(rule) else { continue }
            lowered.append(
                Rule(
                    action: rule.action, match: match, site: addSite(.rule(chain: id, rule: lowered.count)),
                    manifestIndex: rule.manifestIndex, name: rule.name, location: rule.location))
        }
        tree.chains.append(RuleChain(owner: owner, direction: direction, rules: lowered, location: location))
        return id
    }

    private mutating func addMissingProfile(_ name: String, _ direction: Direction) -> ChainID {
        let id = ChainID(tree.chains.count)
        let deny = Rule(
            action: .deny, match: RuleMatch(), site: addSite(.missingProfile(chain: id)), manifestIndex: 0,
            location: .builtIn)
        tree.chains.append(
            RuleChain(owner: .profile(name, exists: false), direction: direction, rules: [deny], location: nil))
        return id
    }

    private mutating func addSite(_ kind: Site.Kind) -> SiteID {
        tree.sites.append(Site(kind: kind))
        return SiteID(UInt32(tree.sites.count - 1))
    }
}
