/// Compares a register with constant bytes, as `memcmp` orders them (`nft_cmp.c`). The rule ends when it fails.
public struct Comparison: Hashable, Sendable {
    /// `enum nft_cmp_ops`.
    public enum Operator: UInt32, Hashable, Sendable {
        case equal = 0
        case notEqual = 1
        case lessOrEqual = 3
        case greaterOrEqual = 5

        var name: String {
            switch self {
            case .equal: "eq"
            case .notEqual: "neq"
            case .lessOrEqual: "lte"
            case .greaterOrEqual: "gte"
            }
        }
    }

    public var source: NftRegister
    public var op: Operator
    /// Exactly these bytes are compared; fewer than were loaded make a prefix match of interface names.
    public var bytes: [UInt8]
}

extension Comparison: CustomStringConvertible {
    public var description: String { "[ cmp \(op.name) reg \(source.number) \(registerWords(bytes)) ]" }
}
