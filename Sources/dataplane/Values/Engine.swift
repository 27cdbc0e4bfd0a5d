/// Who answers what becomes of a packet.
enum Engine: String, CaseIterable, Sendable {
    /// The policy rules as they are written, walked one by one.
    case reference
    /// The match tree.
    case matcher
    /// The emitted nftables expressions, interpreted.
    case nft
    /// The emitted nftables rules, in a network namespace of their own; needs root.
    case kernel
    /// All of them; they have to agree.
    case all

    static func option(help: String) -> ValueOption<Engine> {
        .choice("engine", nil, "ENGINE", default: .matcher, help: help)
    }
}
