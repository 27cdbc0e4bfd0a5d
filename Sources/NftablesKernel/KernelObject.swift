/// Something in the kernel that a message of a batch is about, with the place in the manifests that caused it.
public enum KernelObject: Hashable, Sendable {
    /// The transaction as a whole.
    case transaction
    case table(String)
    case chain(String, origin: String)
    case set(String, origin: String)
    /// `member` is what nft would print; `nil` when the kernel did not say which one of a message.
    case element(set: String, member: String?, origin: String)
    /// `index` counts the chain's rules from 0.
    case rule(chain: String, index: Int, origin: String)
}

extension KernelObject: CustomStringConvertible {
    public var description: String {
        switch self {
        case .transaction: "the transaction"
        case .table(let name): "table inet \(name)"
        case .chain(let name, let origin): "chain \(name)\(KernelObject.parentheses(origin))"
        case .set(let name, let origin): "set \(name)\(KernelObject.parentheses(origin))"
        case .element(let set, let member, let origin):
            "\(member.map { "element \($0)" } ?? "an element") of set \(set)\(KernelObject.parentheses(origin))"
        case .rule(let chain, let index, let origin):
            "rule \(index + 1) of chain \(chain)\(KernelObject.parentheses(origin))"
        }
    }

    private static func parentheses(_ origin: String) -> String { origin.isEmpty ? "" : " (\(origin))" }
}
