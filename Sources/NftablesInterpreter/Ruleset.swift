import NetTypes

/// An nf_tables ruleset that packets can be run through: what the messages say, decoded once.
///
/// Made from the netlink messages that would load it, or from a kernel's dump of it. Tables of the families `ip`,
/// `ip6` and `inet` take part; those of `arp` and `bridge` never see the packets in question.
public struct Ruleset: Sendable {
    /// A rule and where it stands.
    public struct Rule: Sendable {
        /// Index into `Ruleset.chains`.
        public let chain: Int
        /// From 0, in its chain.
        public internal(set) var position: Int
        /// The kernel's handle, in dumps.
        public let handle: UInt64?
        /// The comment in its userdata.
        public let comment: String?
        let expressions: [Expression]
    }

    public struct Chain: Sendable {
        /// `ip`, `ip6` or `inet`.
        public let family: String
        public let table: String
        public let name: String
        let base: BaseChain?
        /// Indices into `Ruleset.rules`, in the order of evaluation.
        public internal(set) var rules: [Int] = []
    }

    /// A chain that a hook calls.
    struct BaseChain: Sendable {
        let hook: Hook
        let priority: Int32
        let policy: Verdict
        let isNat: Bool
    }

    public let chains: [Chain]
    public let rules: [Rule]
    let sets: [ElementSet]
    /// Indices of base chains by hook and family, in the order in which the hook calls them.
    private let order: [HookKey: [Int]]

    private struct HookKey: Hashable {
        let hook: Hook
        let family: IPFamily
    }

    /// - Parameter messages: netlink bytes, each element one or more messages; sets must come before rules that look
    ///   them up, chains and sets before elements and rules, as the kernel wants it too.
    public init(messages: [[UInt8]]) throws(RulesetError) {
        var loader = RulesetLoader()
        try loader.load(messages)
        try ChainGraph(loader.chains, loader.rules, loader.sets).check()
        self.init(chains: loader.chains, rules: loader.rules, sets: loader.sets, dormant: loader.dormantChains)
    }

    private init(chains: [Chain], rules: [Rule], sets: [ElementSet], dormant: Set<Int>) {
        self.chains = chains
        self.rules = rules
        self.sets = sets
        var order: [HookKey: [Int]] = [:]
        // Stable for equal priorities: chains are called in the order of their creation.
        let base = chains.indices.compactMap { index in
            dormant.contains(index) ? nil : chains[index].base.map { (index: index, base: $0) }
        }
        for (index, base) in base.sorted(by: { $0.base.callOrder < $1.base.callOrder }) {
            for family in IPFamily.allCases where chains[index].sees(family) {
                order[HookKey(hook: base.hook, family: family), default: []].append(index)
            }
        }
        self.order = order
    }

    /// Base chains that the hook calls for packets of the family, in order.
    func baseChains(_ hook: Hook, _ family: IPFamily) -> [Int] {
        order[HookKey(hook: hook, family: family)] ?? []
    }
}

extension Ruleset.Chain {
    fileprivate func sees(_ family: IPFamily) -> Bool {
        self.family == "inet" || self.family == (family == .v4 ? "ip" : "ip6")
    }
}

extension Ruleset.BaseChain {
    /// Chains of type `nat` all run at the one place where address translation sits in a hook, whatever their priority;
    /// that only orders them among themselves (nf_nat_core.c, nf_nat_inet_fn).
    var callOrder: (Int32, Int32) { isNat ? (hook.natPriority, priority) : (priority, Int32.min) }
}
