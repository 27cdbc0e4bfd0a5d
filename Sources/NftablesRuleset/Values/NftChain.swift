/// A list of rules; a base chain is entered by the kernel, a regular one by `jump` and `goto`.
public struct NftChain: Hashable, Sendable {
    /// Where the kernel enters a base chain (`enum nf_inet_hooks`).
    public enum Hook: String, Hashable, Sendable {
        case prerouting
        case input
        case forward
        case output
        case postrouting

        /// `NF_INET_PRE_ROUTING` and so on.
        public var number: UInt32 {
            switch self {
            case .prerouting: 0
            case .input: 1
            case .forward: 2
            case .output: 3
            case .postrouting: 4
            }
        }
    }

    /// Type `filter`, policy `accept`. Of the base chains of one hook the one with the lower priority runs first; an
    /// `accept` ends only the chain in which it is said, a `drop` is final.
    public struct Base: Hashable, Sendable {
        public var hook: Hook
        public var priority: Int32

        public init(hook: Hook, priority: Int32) {
            self.hook = hook
            self.priority = priority
        }
    }

    /// At most 255 bytes of `[A-Za-z0-9/\_.-]`, a letter first: what nft's grammar reads back.
    public var name: String
    /// `nil` for a regular chain.
    public var base: Base?
    /// What the chain stands for, and its place in the manifests; the comment is cut from it.
    public var origin: String
    public var rules: [NftRule]

    public init(name: String, base: Base? = nil, origin: String, rules: [NftRule]) {
        self.name = name
        self.base = base
        self.origin = origin
        self.rules = rules
    }

    public var comment: String? { NftComment.text(for: origin) }
}
