/// Loads the state of connection tracking as a 32-bit mask in host order (`nft_ct.c`, `NFT_CT_STATE`).
public struct ConntrackLoad: Hashable, Sendable {
    public var destination: NftRegister

    /// `NFT_CT_STATE`, the only key in use.
    public static let stateKey: UInt32 = 0
}

extension ConntrackLoad: CustomStringConvertible {
    public var description: String { "[ ct load state => reg \(destination.number) ]" }
}
