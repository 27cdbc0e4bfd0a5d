/// Where a packet goes on.
public enum NftVerdict: Hashable, Sendable {
    /// Ends this base chain; later base chains of the hook still run.
    case accept
    /// Final.
    case drop
    /// Back to the caller; to the base chain's policy when entered by `goto` from a base chain.
    case `return`
    /// Continues in the chain, then behind this rule.
    case jump(String)
    /// Continues in the chain, then where the present chain would have returned to.
    case `goto`(String)

    /// The chain that it names.
    public var target: String? {
        switch self {
        case .jump(let name), .goto(let name): name
        case .accept, .drop, .return: nil
        }
    }
}

extension NftVerdict: CustomStringConvertible {
    /// As nft writes it.
    public var description: String {
        switch self {
        case .accept: "accept"
        case .drop: "drop"
        case .return: "return"
        case .jump(let name): "jump \(name)"
        case .goto(let name): "goto \(name)"
        }
    }
}
