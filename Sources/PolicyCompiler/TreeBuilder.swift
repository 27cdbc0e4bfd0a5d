import Classification
import Diagnostics
import NetTypes
import NetworkTopology
import PolicyIR
import Selectors

/// Builds the tree: one chain per policy and direction that is in use, one program per distinct list of chains.
struct TreeBuilder {
    private let cluster: ResolvedCluster
    private var lowering: RuleLowering
    private var tree: MatchTree
    private var policyChains: [PolicyDirection: ChainID] = [:]
    private var profileChains: [ProfileDirection: ChainID] = [:]
    private var programs: [ProgramKey: ProgramID] = [:]

    private struct PolicyDirection: Hashable {
        var policy: PolicyName
        var direction: Direction
    }

    private struct ProfileDirection: Hashable {
        var profile: String
        var direction: Direction
    }

    /// What makes two endpoints share a program.
    private struct ProgramKey: Hashable {
        struct Block: Hashable {
            var tier: String
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
        lowering = RuleLowering(sets: SetInterning(cluster))
        tree = MatchTree(topology: cluster.topology, services: cluster.services, sources: cluster.sources)
        tree.nodeSettings = cluster.nodeSettings
        tree.domains = cluster.domains
    }

    mutating func build() -> MatchTree {
        tree.endpoints = cluster.endpoints.map { endpoint in
            let labels = cluster.objects[endpoint.object].labels
            return normalPrograms(labels, endpoint.profiles)
        }
        tree.hostEndpoints = cluster.hostEndpoints.map { programs(of: $0) }
        tree.sets = lowering.sets.sets
        tree.stagedPolicies = stagedPolicies()
        return tree
    }

    private func stagedPolicies() -> [StagedPolicy] {
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

    private mutating func normalPrograms(_ labels: EffectiveLabels, _ profiles: [String]) -> EndpointPrograms {
        EndpointPrograms(
            ingress: normalProgram(labels, profiles, .ingress), egress: normalProgram(labels, profiles, .egress))
    }

    private mutating func normalProgram(
        _ labels: EffectiveLabels, _ profiles: [String], _ direction: Direction
    ) -> ProgramID {
        intern(
            ProgramKey(
                direction: direction, stage: .normal, tiers: blocks(labels, direction, .normal),
                profiles: profiles.map { chain(ofProfile: $0, direction) }))
    }

    private mutating func programs(of host: HostEndpoint) -> HostEndpointPrograms {
        let labels = cluster.objects[host.object].labels
        let normal = normalPrograms(labels, host.profiles)
        func exists(_ stage: PolicyStage) -> Bool { cluster.tiers.contains { $0.hasPolicies(of: labels, stage) } }
        return HostEndpointPrograms(
            untracked: exists(.untracked) ? stagePrograms(labels, .untracked) : nil,
            preDNAT: exists(.preDNAT) ? stageProgram(labels, .ingress, .preDNAT) : nil,
            normal: normal,
            forward: stagePrograms(labels, .forward, acceptsAtEnd: !exists(.forward)))
    }

    private mutating func stagePrograms(
        _ labels: EffectiveLabels, _ stage: PolicyStage, acceptsAtEnd: Bool = false
    ) -> EndpointPrograms {
        EndpointPrograms(
            ingress: stageProgram(labels, .ingress, stage, acceptsAtEnd: acceptsAtEnd),
            egress: stageProgram(labels, .egress, stage, acceptsAtEnd: acceptsAtEnd))
    }

    private mutating func stageProgram(
        _ labels: EffectiveLabels, _ direction: Direction, _ stage: PolicyStage, acceptsAtEnd: Bool = false
    ) -> ProgramID {
        intern(
            ProgramKey(
                direction: direction, stage: stage, tiers: blocks(labels, direction, stage), profiles: [],
                acceptsAtEnd: acceptsAtEnd))
    }

    /// The tiers that exist for an endpoint at a stage. Those of untracked and preDNAT policy never drop at their end.
    private mutating func blocks(
        _ labels: EffectiveLabels, _ direction: Direction, _ stage: PolicyStage
    ) -> [ProgramKey.Block] {
        var blocks: [ProgramKey.Block] = []
        for tier in cluster.tiers {
            let policies = tier.policies(of: labels, direction, stage)
            if policies.isEmpty { continue }
            let chains = policies.map { chain(of: $0, in: tier.name, direction) }
            let endsInDrop = (stage == .normal || stage == .forward) && !tier.passesAtEnd
            blocks.append(ProgramKey.Block(tier: tier.name, passesAtEnd: !endsInDrop, chains: chains))
        }
        return blocks
    }

    private mutating func intern(_ key: ProgramKey) -> ProgramID {
        if let id = programs[key] { return id }
        let id = ProgramID(tree.programs.count)
        let tiers = key.tiers.enumerated().map { index, block in
            TierBlock(
                tier: block.tier, chains: block.chains,
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

    private mutating func chain(of policy: ResolvedPolicy, in tier: String, _ direction: Direction) -> ChainID {
        let key = PolicyDirection(policy: policy.name, direction: direction)
        if let id = policyChains[key] { return id }
        let id = addChain(
            .policy(policy.name, tier: tier), direction, policy.rules(direction), location: policy.location)
        policyChains[key] = id
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
