/// Everything that dataplane loads into the kernel: one table of family `inet` with its sets and chains, as plain
/// values. Nothing outside this table is ever touched.
///
/// Printed by `nftText()`, loaded by `NftablesKernel`; both say the same, which the tests prove by comparing what the
/// kernel holds after each.
public struct NftTable: Hashable, Sendable {
    public var name: String
    /// Shown by `nft list`; at most 128 bytes are kept.
    public var comment: String?
    /// Sets and maps, in order of name.
    public var sets: [NftSet]
    /// Base chains first; a chain may jump to any other.
    public var chains: [NftChain]

    /// The table that `apply` replaces and `delete` removes.
    public static let defaultName = "dataplane"

    public init(name: String = NftTable.defaultName, comment: String? = nil, sets: [NftSet], chains: [NftChain]) {
        self.name = name
        self.comment = comment
        self.sets = sets
        self.chains = chains
    }

    /// The comment as it is kept.
    public var commentText: String? { comment.flatMap(NftComment.text(for:)) }
}
