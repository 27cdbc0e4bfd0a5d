/// Looks a key up in a named set or verdict map (`nft_lookup.c`).
public struct SetLookup: Hashable, Sendable {
    public var source: NftRegister
    public var set: String
    /// Membership ends the rule, absence goes on (`NFT_LOOKUP_F_INV`).
    public var isInverted: Bool
    /// The element's verdict is carried out (destination register 0).
    public var isVerdictMap: Bool
}

extension SetLookup: CustomStringConvertible {
    public var description: String {
        let suffix = isVerdictMap ? " dreg 0" : isInverted ? " 0x1" : ""
        return "[ lookup reg \(source.number) set \(set)\(suffix) ]"
    }
}
