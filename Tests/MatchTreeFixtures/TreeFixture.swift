public import Classification
import Diagnostics
public import NetTypes
public import NetworkTopology

/// Builds match trees by hand, as the compiler would: sites and ids are kept consistent.
public struct TreeFixture {
    public struct Pod {
        public var name: String
        public var node: Int
        public var interface: String
        public var addresses: [String]
        public var allowedSourcePrefixes: [String]

        public init(
            _ name: String, node: Int = 0, interface: String, addresses: [String] = [],
            allowedSourcePrefixes: [String] = []
        ) {
            self.allowedSourcePrefixes = allowedSourcePrefixes
            self.name = name
            self.node = node
            self.interface = interface
            self.addresses = addresses
        }
    }

    public private(set) var tree: MatchTree
    private var nextLine: UInt32 = 0
    private let file: SourceFileID

    public struct Host {
        public var name: String
        public var node: Int
        public var interface: Topology.HostEndpoint.Interface

        public init(_ name: String, node: Int = 0, interface: Topology.HostEndpoint.Interface) {
            self.name = name
            self.node = node
            self.interface = interface
        }
    }

    /// - Parameter nodeAddresses: of each node in turn.
    public init(
        nodes: [String] = ["node-a"], nodeAddresses: [[String]] = [], pods: [Pod], hosts: [Host] = [],
        settings: [NodeSettings] = []
    ) {
        let topology = Topology(
            nodes: nodes.enumerated().map { index, name in
                Topology.Node(
                    name: name,
                    addresses: index < nodeAddresses.count ? nodeAddresses[index].compactMap { IPAddress($0) } : [])
            },
            endpoints: pods.map { pod in
                Topology.Endpoint(
                    name: pod.name, node: NodeIndex(pod.node), interface: pod.interface,
                    addresses: pod.addresses.compactMap { IPAddress($0) },
                    allowedSourcePrefixes: pod.allowedSourcePrefixes.compactMap { IPPrefix($0) })
            },
            hostEndpoints: hosts.map {
                Topology.HostEndpoint(name: $0.name, node: NodeIndex($0.node), interface: $0.interface)
            })
        var sources = SourceMap()
        file = sources.add("policies.yaml")
        tree = MatchTree(topology: topology, services: ServiceTable(), sources: sources)
        tree.nodeSettings = settings.isEmpty ? nodes.map { _ in NodeSettings() } : settings
    }

    /// Every endpoint gets the programs in turn; one pair serves all when there is only one.
    public mutating func assign(ingress: [ProgramID], egress: [ProgramID]) {
        tree.endpoints = tree.topology.endpoints.indices.map { index in
            EndpointPrograms(ingress: ingress[index % ingress.count], egress: egress[index % egress.count])
        }
    }

    /// One after the other, as the host endpoints were given.
    public mutating func assign(hosts: [HostEndpointPrograms]) { tree.hostEndpoints = hosts }

    public mutating func addresses(
        _ blocks: [String], isDynamic: Bool = true, meaning: String = "addresses"
    ) -> IPSetID {
        tree.sets.append(
            IPSet(addresses: blocks.compactMap { IPPrefix($0) }, isDynamic: isDynamic, meaning: meaning))
        return IPSetID(tree.sets.count - 1)
    }

    public mutating func triples(_ members: [AddressPort], meaning: String = "named port") -> IPSetID {
        tree.sets.append(IPSet(addressPorts: members, isDynamic: true, meaning: meaning))
        return IPSetID(tree.sets.count - 1)
    }

    /// A set that follows domain names.
    public mutating func domains(_ members: DomainMembers) -> IPSetID {
        tree.sets.append(IPSet(domains: members))
        return IPSetID(tree.sets.count - 1)
    }

    /// A global policy; its rules stand on lines 1, 2, 3 … of `policies.yaml`, counted over all chains.
    public mutating func policy(
        _ name: String, _ direction: Direction = .ingress, tier: String = "default",
        rules: [(RuleAction, RuleMatch)]
    ) -> ChainID {
        let policy = PolicyName(kind: .globalNetworkPolicy, namespace: nil, name: name)
        return chain(.policy(policy, tier: tier), direction, rules)
    }

    public mutating func profile(
        _ name: String, _ direction: Direction = .ingress, rules: [(RuleAction, RuleMatch)]
    ) -> ChainID {
        chain(.profile(name, exists: true), direction, rules)
    }

    public mutating func missingProfile(_ name: String, _ direction: Direction = .ingress) -> ChainID {
        let id = chain(.profile(name, exists: false), direction, [(.deny, RuleMatch())])
        let site = tree.chains[id.value].rules[0].site
        tree.sites[Int(site.value)] = Site(kind: .missingProfile(chain: id))
        return id
    }

    private mutating func chain(
        _ owner: RuleChain.Owner, _ direction: Direction, _ rules: [(RuleAction, RuleMatch)]
    ) -> ChainID {
        let id = ChainID(tree.chains.count)
        nextLine += 1
        let place = SourceLocation(file: file, line: nextLine, column: 1)
        let made = rules.enumerated().map { index, rule in
            nextLine += 1
            return Rule(
                action: rule.0, match: rule.1, site: site(.rule(chain: id, rule: index)), manifestIndex: index,
                location: SourceLocation(file: file, line: nextLine, column: 3))
        }
        tree.chains.append(RuleChain(owner: owner, direction: direction, rules: made, location: place))
        return id
    }

    /// - Parameter tiers: Name, policies, and whether what no policy decides is dropped.
    public mutating func program(
        _ direction: Direction, _ stage: PolicyStage = .normal, tiers: [(String, [ChainID], Bool)] = [],
        profiles: [ChainID] = []
    ) -> ProgramID {
        let id = ProgramID(tree.programs.count)
        let blocks = tiers.enumerated().map { index, tier in
            TierBlock(
                tier: tier.0, chains: tier.1,
                endOfTierDrop: tier.2 ? site(.endOfTier(program: id, tier: index)) : nil)
        }
        tree.programs.append(
            Program(
                direction: direction, stage: stage, tiers: blocks, profiles: profiles,
                end: end(stage, id, hasTiers: !tiers.isEmpty)))
        return id
    }

    private mutating func end(_ stage: PolicyStage, _ id: ProgramID, hasTiers: Bool) -> Program.End {
        switch stage {
        case .normal: .drop(site(.noProfile(program: id)))
        case .forward where !hasTiers: .accept(FixedSite.noForwardPolicy.id)
        case .untracked, .preDNAT, .forward: .undecided
        }
    }

    private mutating func site(_ kind: Site.Kind) -> SiteID {
        tree.sites.append(Site(kind: kind))
        return SiteID(UInt32(tree.sites.count - 1))
    }
}
