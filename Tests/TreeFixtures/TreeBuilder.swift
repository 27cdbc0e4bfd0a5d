public import Classification
import Diagnostics
public import NetTypes
public import NetworkTopology

/// Writes match trees by hand, for tests that need no manifest: every rule gets a site and a line of its own.
public struct TreeBuilder {
    private var nodes: [Topology.Node] = []
    private var pods: [Topology.Endpoint] = []
    private var sources = SourceMap()
    private var tree: MatchTree
    private var line: UInt32 = 0
    public var outsideInterfaces: [Topology.OutsideInterface] = []
    public var services = ServiceTable()
    public var settings: [NodeSettings] = []

    public init() {
        tree = MatchTree(topology: Topology(nodes: [], endpoints: []), services: ServiceTable(), sources: SourceMap())
        _ = sources.add("policies.yaml")
    }

    public mutating func node(_ name: String, _ addresses: String...) -> NodeIndex {
        nodes.append(Topology.Node(name: name, addresses: addresses.compactMap { IPAddress($0) }))
        settings.append(NodeSettings())
        return NodeIndex(nodes.count - 1)
    }

    @discardableResult
    public mutating func pod(
        _ name: String, on node: NodeIndex, _ addresses: [String], ingress: ProgramID, egress: ProgramID
    ) -> EndpointIndex {
        pods.append(
            Topology.Endpoint(
                name: name, node: node, interface: "cali\(pods.count)",
                addresses: addresses.compactMap { IPAddress($0) }))
        tree.endpoints.append(EndpointPrograms(ingress: ingress, egress: egress))
        return EndpointIndex(pods.count - 1)
    }

    public mutating func addresses(_ blocks: [IPPrefix]) -> IPSetID {
        tree.sets.append(IPSet(addresses: blocks, isDynamic: false, meaning: "test"))
        return IPSetID(tree.sets.count - 1)
    }

    public mutating func addresses(_ blocks: String...) -> IPSetID {
        addresses(blocks.compactMap { IPPrefix($0) })
    }

    public mutating func triples(_ members: [AddressPort]) -> IPSetID {
        tree.sets.append(IPSet(addressPorts: members, isDynamic: true, meaning: "test"))
        return IPSetID(tree.sets.count - 1)
    }

    public typealias RuleText = (action: RuleAction, match: RuleMatch)

    /// A Kubernetes policy of namespace `ns`.
    public mutating func policy(
        _ name: String, tier: String = "default", _ direction: Direction, _ rules: [RuleText]
    ) -> ChainID {
        let name = PolicyName(kind: .kubernetesNetworkPolicy, namespace: "ns", name: name)
        return chain(.policy(name, tier: tier), direction, rules)
    }

    public mutating func profile(_ name: String, _ direction: Direction, _ rules: [RuleText]) -> ChainID {
        chain(.profile(name, exists: true), direction, rules)
    }

    private mutating func chain(_ owner: RuleChain.Owner, _ direction: Direction, _ rules: [RuleText]) -> ChainID {
        let id = ChainID(tree.chains.count)
        let location = nextLine()
        let rules = rules.enumerated().map { index, rule in
            Rule(
                action: rule.action, match: rule.match, site: site(.rule(chain: id, rule: index)),
                manifestIndex: index, location: nextLine())
        }
        tree.chains.append(RuleChain(owner: owner, direction: direction, rules: rules, location: location))
        return id
    }

    public typealias TierText = (name: String, chains: [ChainID], drops: Bool)

    public mutating func program(
        _ direction: Direction, tiers: [TierText] = [], profiles: [ChainID] = []
    ) -> ProgramID {
        let id = ProgramID(tree.programs.count)
        let blocks = tiers.enumerated().map { index, tier in
            TierBlock(
                tier: tier.name, chains: tier.chains,
                endOfTierDrop: tier.drops ? site(.endOfTier(program: id, tier: index)) : nil)
        }
        tree.programs.append(
            Program(
                direction: direction, tiers: blocks, profiles: profiles,
                end: .drop(site(.noProfile(program: id)))))
        return id
    }

    public func build() -> MatchTree {
        var built = MatchTree(
            topology: Topology(nodes: nodes, endpoints: pods, outsideInterfaces: outsideInterfaces),
            services: services, sources: sources)
        built.sets = tree.sets
        built.chains = tree.chains
        built.programs = tree.programs
        built.endpoints = tree.endpoints
        built.nodeSettings = settings
        built.sites = tree.sites
        return built
    }

    private mutating func site(_ kind: Site.Kind) -> SiteID {
        tree.sites.append(Site(kind: kind))
        return SiteID(UInt32(tree.sites.count - 1))
    }

    private mutating func nextLine() -> SourceLocation {
        line += 1
        return SourceLocation(file: SourceFileID(0), line: line, column: 1)
    }
}
