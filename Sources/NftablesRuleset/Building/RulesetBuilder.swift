public import Classification
import NetTypes
import NetworkTopology

extension NftTable {
    /// The rules that enforce a match tree at the endpoints of a view. Equal trees give equal tables.
    ///
    /// ```
    /// forward, priority 0:  iifname vmap -> goto program of the sender     (egress),  unknown pod interface: drop
    /// forward, priority 1:  oifname vmap -> goto program of the receiver   (ingress), unknown pod interface: drop
    /// input,   priority 0:  ICMPv6 housekeeping accept, iifname vmap -> the same egress programs
    /// input,   priority 1:  from a pod: defaultEndpointToHostAction of its node
    /// program:              conntrack, encapsulation (egress), jump tier …, drop, jump profile …, drop
    /// tier:                 jump policy …; Pass is a return out of the tier's chain
    /// ```
    ///
    /// Both ends of a forwarded packet are judged without mark bits: `accept` ends only the base chain in which it is
    /// said. Packets of the node itself to a pod are never judged (calico.md 4.3), so the output hook is not used.
    public init(
        _ tree: MatchTree, view: RulesetView = .cluster, options: RulesetOptions = RulesetOptions()
    ) throws(RulesetError) {
        let ends = try ViewEndpoints(tree, view)
        var builder = RulesetBuilder(tree, options: options)
        self = builder.table(for: ends)
    }
}

/// Collects the chains and sets of one table. Each file of this folder adds one level: policies, tiers, programs,
/// base chains.
struct RulesetBuilder {
    let tree: MatchTree
    let options: RulesetOptions
    var sets: SetPool
    var names = ChainNames()

    /// By level, so that the listing reads from the hook downwards.
    var baseChains: [NftChain] = []
    var programChains: [NftChain] = []
    var tierChains: [NftChain] = []
    var policyChains: [NftChain] = []

    /// What has been made already, for sharing.
    var policyForms: [PolicyKey: PolicyForm] = [:]
    var profileNames: [PolicyKey: String] = [:]
    var sharedTiers: [[String]: String] = [:]

    init(_ tree: MatchTree, options: RulesetOptions) {
        self.tree = tree
        self.options = options
        sets = SetPool(tree.sets)
    }

    mutating func table(for ends: ViewEndpoints) -> NftTable {
        addBaseChains(for: ends)
        if !ends.policesIPv6 { passIPv6() }
        return NftTable(
            name: options.tableName, comment: ends.title, sets: sets.all,
            chains: baseChains + programChains + tierChains + policyChains)
    }

    /// What a node without ip6 tables does to IPv6: nothing, at any hook.
    private mutating func passIPv6() {
        let pass = fixed([.family(.v6)], .accept, .notPoliced, "ipv6Support is off")
        for index in baseChains.indices { baseChains[index].rules.insert(pass, at: 0) }
    }

    /// A rule that decides.
    func decision(_ matches: [NftMatch] = [], _ verdict: NftStatement, _ site: SiteID, _ origin: String) -> NftRule {
        NftRule(
            matches.map(NftStatement.match) + (options.countsRules ? [.counter] : []) + [verdict], origin: origin,
            site: site)
    }

    /// A decision of `FixedSite`.
    func fixed(_ matches: [NftMatch] = [], _ verdict: NftVerdict, _ site: FixedSite, _ origin: String) -> NftRule {
        decision(matches, .verdict(verdict), site.id, origin)
    }

    /// A rule that only leads elsewhere.
    func lead(_ verdict: NftVerdict, if matches: [NftMatch] = []) -> NftRule {
        NftRule(matches.map(NftStatement.match) + [.verdict(verdict)])
    }

    func denial(rejects: Bool) -> NftStatement { rejects ? .reject : .verdict(.drop) }
}
