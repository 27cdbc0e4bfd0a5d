/// Makes a register's four bytes the packet's mark (`nft_meta.c`, `NFT_META_MARK`).
public struct MarkStore: Hashable, Sendable {
    public var source: NftRegister
}

extension MarkStore: CustomStringConvertible {
    public var description: String { "[ meta set mark with reg \(source.number) ]" }
}

extension NftExpression {
    /// Sets or clears one bit and leaves the others alone.
    static func changingMark(_ bit: MarkBit, sets: Bool) -> [NftExpression] {
        let mask = BitwiseMask(
            register: .first, mask: ByteOrder.host(~bit.mask), xor: ByteOrder.host(sets ? bit.mask : 0))
        return [
            .meta(MetaLoad(key: .mark, destination: .first)), .bitwise(mask), .setMark(MarkStore(source: .first)),
        ]
    }
}
