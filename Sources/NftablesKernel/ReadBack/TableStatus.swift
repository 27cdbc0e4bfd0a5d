/// What the kernel holds of our table.
public struct TableStatus: Hashable, Sendable {
    public struct Chain: Hashable, Sendable {
        public var name: String
        /// A base chain's hook number (`enum nf_inet_hooks`) and priority.
        public var hook: UInt32?
        public var priority: Int32?
        public var comment: String?
        /// In order of evaluation.
        public var rules: [Rule]
    }

    public struct Rule: Hashable, Sendable {
        public var handle: UInt64
        /// Policy, rule and place, cut to 128 bytes.
        public var comment: String?
        /// Number of the site in the match tree that the rules were made from.
        public var site: UInt32?
        /// `nil` without a counter.
        public var counter: Counter?
        /// Its instructions, one a line, as `nft --debug=netlink` prints them, when asked for.
        public var program: String?
    }

    public struct Counter: Hashable, Sendable {
        public var packets: UInt64
        public var bytes: UInt64

        public init(packets: UInt64, bytes: UInt64) {
            self.packets = packets
            self.bytes = bytes
        }
    }

    public struct Set: Hashable, Sendable {
        public var name: String
        public var isMap: Bool
        public var comment: String?
        /// A range is one.
        public var elementCount: Int
    }

    public var name: String
    /// The kernel's number of this table; another one after each replacement.
    public var handle: UInt64
    /// Of the whole ruleset of the namespace, all tables; grows with every change.
    public var generation: UInt32
    public var comment: String?
    /// In order of creation.
    public var chains: [Chain]
    public var sets: [Set]

    /// Packets and bytes by site, over all rules that bear it.
    public var countersBySite: [UInt32: Counter] {
        var sums: [UInt32: Counter] = [:]
        for rule in chains.lazy.flatMap(\.rules) {
            guard let site = rule.site, let counter = rule.counter else { continue }
            var sum = sums[site] ?? Counter(packets: 0, bytes: 0)
            sum.packets &+= counter.packets
            sum.bytes &+= counter.bytes
            sums[site] = sum
        }
        return sums
    }
}
