public import Diagnostics
public import NetTypes
public import NetworkTopology

@frozen public struct ChainID: Hashable, Comparable, Sendable {
    public let value: Int
    @inlinable public init(_ value: Int) { self.value = value }
    @inlinable public static func < (a: ChainID, b: ChainID) -> Bool { a.value < b.value }
}

@frozen public struct ProgramID: Hashable, Comparable, Sendable {
    public let value: Int
    @inlinable public init(_ value: Int) { self.value = value }
    @inlinable public static func < (a: ProgramID, b: ProgramID) -> Bool { a.value < b.value }
}

/// One rule of a chain, with where it came from.
public struct Rule: Sendable, Hashable {
    public var action: RuleAction
    public var match: RuleMatch
    /// Identifies this rule in verdicts and counters.
    public var site: SiteID
    /// Index in the manifest's `ingress` or `egress` list; several tree rules may come from one.
    public var manifestIndex: Int
    /// What the manifest calls the rule, where it does.
    public var name: String?
    public var location: SourceLocation

    public init(
        action: RuleAction, match: RuleMatch, site: SiteID, manifestIndex: Int, name: String? = nil,
        location: SourceLocation
    ) {
        self.action = action
        self.match = match
        self.site = site
        self.manifestIndex = manifestIndex
        self.name = name
        self.location = location
    }
}

/// The rules of one policy or profile in one direction; shared by every program that applies it.
public struct RuleChain: Sendable, Hashable {
    public enum Owner: Sendable, Hashable {
        case policy(PolicyName, tier: String)
        /// `exists` false: the endpoint lists it but it is not there; the chain is one rule that denies everything
        /// (T20), at a site of kind `missingProfile`.
        case profile(String, exists: Bool)
    }

    public var owner: Owner
    public var direction: Direction
    public var rules: [Rule]
    /// Rules of the manifest that a pass took out of `rules`, in the order of removal.
    public var removed: [RemovedRule] = []
    /// Of the policy or profile object.
    public var location: SourceLocation?

    public init(owner: Owner, direction: Direction, rules: [Rule], location: SourceLocation?) {
        self.owner = owner
        self.direction = direction
        self.rules = rules
        self.location = location
    }
}

/// The policies of one tier that govern an endpoint in one direction.
public struct TierBlock: Sendable, Hashable {
    public var tier: String
    /// In order of evaluation. The policies of these chains isolate the endpoint, even those without rules.
    public var chains: [ChainID]
    /// `nil`: what matches no rule goes on to the next tier; else the site of the drop at the tier's end.
    public var endOfTierDrop: SiteID?
    /// A rule takes every packet that gets as far, so that none gets to the tier's end, and no policy stands behind it.
    /// Found by `resolve-tiers`; without it nothing is said.
    public var isClosed: Bool

    public init(tier: String, chains: [ChainID], endOfTierDrop: SiteID?, isClosed: Bool = false) {
        self.tier = tier
        self.chains = chains
        self.endOfTierDrop = endOfTierDrop
        self.isClosed = isClosed
    }
}

/// Everything that decides a new packet for an endpoint in one direction and at one stage; equal programs are shared.
///
/// ```
/// for block in tiers:  for chain in block.chains: first matching Allow / Deny decides, Pass leaves the block
///                      nothing decided: drop at endOfTierDrop, or next block
/// for chain in profiles: first matching Allow / Deny decides, Pass leaves the chain
/// end
/// ```
public struct Program: Sendable, Hashable {
    /// What becomes of a packet that nothing decided.
    public enum End: Sendable, Hashable {
        /// No profile allows it.
        case drop(SiteID)
        /// A host endpoint without policy for forwarded packets.
        case accept(SiteID)
        /// Not denied: the packet goes on to the next stage.
        case undecided
    }

    public var direction: Direction
    public var stage: PolicyStage
    public var tiers: [TierBlock]
    /// Only of `.normal`.
    public var profiles: [ChainID]
    public var end: End

    public init(
        direction: Direction, stage: PolicyStage = .normal, tiers: [TierBlock], profiles: [ChainID], end: End
    ) {
        self.direction = direction
        self.stage = stage
        self.tiers = tiers
        self.profiles = profiles
        self.end = end
    }
}

/// The programs of one workload endpoint; the index is that of `Topology.endpoints`.
public struct EndpointPrograms: Sendable, Hashable {
    public var ingress: ProgramID
    public var egress: ProgramID
    public init(ingress: ProgramID, egress: ProgramID) {
        self.ingress = ingress
        self.egress = egress
    }
}

/// The programs of one host endpoint; the index is that of `Topology.hostEndpoints` (calico.md 4.4).
public struct HostEndpointPrograms: Sendable, Hashable {
    /// `nil`: no such policy, and nothing else happens at that hook.
    public var untracked: EndpointPrograms?
    /// The same; ingress only.
    public var preDNAT: ProgramID?
    public var normal: EndpointPrograms
    public var forward: EndpointPrograms

    public init(
        untracked: EndpointPrograms?, preDNAT: ProgramID?, normal: EndpointPrograms, forward: EndpointPrograms
    ) {
        self.untracked = untracked
        self.preDNAT = preDNAT
        self.normal = normal
        self.forward = forward
    }
}

/// The compiled policy of a cluster: sets plus ordered rules, shared wherever endpoints have the same policies.
/// The matcher and the nftables ruleset are both made from it.
public struct MatchTree: Sendable {
    public var sets: [IPSet]
    public var chains: [RuleChain]
    public var programs: [Program]
    /// Parallel to `topology.endpoints`.
    public var endpoints: [EndpointPrograms]
    /// Parallel to `topology.hostEndpoints`.
    public var hostEndpoints: [HostEndpointPrograms]
    /// Parallel to `topology.nodes`.
    public var nodeSettings: [NodeSettings]
    /// Where verdicts can be decided; indexed by `SiteID`. Starts with the fixed ones of `FixedSite`.
    public var sites: [Site]
    /// In order of evaluation, deletions last.
    public var stagedPolicies: [StagedPolicy]
    public var topology: Topology
    public var services: ServiceTable
    /// Addresses of the domain names that rules name.
    public var domains = DomainTable()
    /// For printing locations.
    public var sources: SourceMap

    public init(topology: Topology, services: ServiceTable, sources: SourceMap) {
        sets = []
        chains = []
        programs = []
        endpoints = []
        hostEndpoints = []
        nodeSettings = []
        sites = FixedSite.allCases.map { Site(kind: .fixed($0)) }
        stagedPolicies = []
        self.topology = topology
        self.services = services
        self.sources = sources
    }
}
