/// Holds when a register lies outside a range of constants, both ends inclusive (`nft_range.c`, `NFT_RANGE_NEQ`).
/// Inside a range is two comparisons, as nft writes it.
public struct RangeComparison: Hashable, Sendable {
    public var source: NftRegister
    public var first: [UInt8]
    public var last: [UInt8]

    /// `NFT_RANGE_NEQ`.
    public static let notEqualOperator: UInt32 = 1
}

extension RangeComparison: CustomStringConvertible {
    public var description: String {
        "[ range neq reg \(source.number) \(registerWords(first)) \(registerWords(last)) ]"
    }
}
