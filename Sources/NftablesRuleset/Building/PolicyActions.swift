/// What Allow and Deny come to at one hook.
struct PolicyActions: Hashable {
    /// What an Allow leaves on the packet for the hooks behind.
    enum Acceptance: Hashable {
        /// Nothing: `accept` ends the base chain.
        case plain
        /// The mark by which later hooks know it (preDNAT policy).
        case marked(MarkBit)
        /// The mark, and no connection (untracked policy).
        case untracked(MarkBit)
    }

    var acceptance = Acceptance.plain
    /// Denials answer. Not at postrouting, where the kernel has no `reject`.
    var rejects = false

    var allow: [NftStatement] {
        switch acceptance {
        case .plain: [.verdict(.accept)]
        case .marked(let bit): [.setMark(bit), .verdict(.accept)]
        case .untracked(let bit): [.setMark(bit), .notrack, .verdict(.accept)]
        }
    }

    var deny: NftStatement { rejects ? .reject : .verdict(.drop) }
}
