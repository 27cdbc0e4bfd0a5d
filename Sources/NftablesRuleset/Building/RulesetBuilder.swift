public import Classification
import NetTypes
import NetworkTopology

extension NftTable {
    /// The rules that enforce a match tree at the endpoints of a view. Equal trees give equal tables.
    ///
    /// ```
    /// prerouting  -300  [VXLAN: notrack], reverse path of pods, [iifname vmap -> untracked programs]
    /// prerouting  -150  [iifname vmap -> preDNAT programs]
    /// forward       -1  [iifname vmap -> forward programs of host endpoints]
    /// forward        0  iifname vmap -> goto program of the sender     (egress),  unknown pod interface: drop
    /// forward        1  oifname vmap -> goto program of the receiver   (ingress), unknown pod interface: drop
    /// forward        2  [oifname vmap -> forward programs of host endpoints]
    /// forward        3  [service ranges: drop]
    /// input          0  [tunnels], ICMPv6 housekeeping accept, iifname vmap -> the same egress programs,
    ///                   [iifname vmap -> normal programs of host endpoints]
    /// input          1  from a pod: defaultEndpointToHostAction of its node
    /// output      -300  [oifname vmap -> untracked programs], [VXLAN: notrack]
    /// output         0  [to pods: accept, tunnels, oifname vmap -> normal programs of host endpoints]
    /// postrouting -150  [the same for translated connections of the node]
    ///
    /// program:  conntrack, failsafes (host endpoints), encapsulation (egress of pods), jump tier …, drop,
    ///           jump profile …, drop
    /// tier:     jump policy …; Pass is a return out of the tier's chain
    /// ```
    ///
    /// What stands in brackets is there only when the node needs it. Both ends of a forwarded packet are judged without
    /// mark bits: `accept` ends only the base chain in which it is said. One bit of the mark, the lowest of the node's
    /// mask, carries the Allow of untracked and preDNAT policy to the hooks behind.
    public init(
        _ tree: MatchTree, view: RulesetView = .cluster, options: RulesetOptions = RulesetOptions()
    ) throws(RulesetError) {
        let ends = try ViewEndpoints(tree, view)
        var builder = RulesetBuilder(tree, options: options)
        let table = builder.table(for: ends)
        self = options.factorsConditions ? table.factoringConditions() : table
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
    var programNames: [ProgramKey: String] = [:]
    var failsafeNames: [FailsafeKey: String] = [:]

    init(_ tree: MatchTree, options: RulesetOptions) {
        self.tree = tree
        self.options = options
        sets = SetPool(tree.sets)
    }

    mutating func table(for ends: ViewEndpoints) -> NftTable {
        addBaseChains(for: ends)
        if !ends.host.settings.policesIPv6 { passIPv6() }
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
    func decision(_ matches: [NftMatch], _ action: [NftStatement], _ site: SiteID, _ origin: String) -> NftRule {
        NftRule(
            matches.map(NftStatement.match) + (options.countsRules ? [.counter] : []) + action, origin: origin,
            site: site)
    }

    /// A decision of `FixedSite`.
    func fixed(_ matches: [NftMatch], _ verdict: NftVerdict, _ site: FixedSite, _ origin: String) -> NftRule {
        decision(matches, [.verdict(verdict)], site.id, origin)
    }

    /// A rule that only leads elsewhere.
    func lead(_ verdict: NftVerdict, if matches: [NftMatch] = []) -> NftRule {
        NftRule(matches.map(NftStatement.match) + [.verdict(verdict)])
    }
}
