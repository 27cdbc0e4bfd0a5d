/// Loads a fact about the packet that is not in its bytes (`nft_meta.c`).
public struct MetaLoad: Hashable, Sendable {
    /// `enum nft_meta_keys`.
    public enum Key: UInt32, Hashable, Sendable {
        /// `NFT_META_MARK`, 4 bytes in host order.
        case mark = 3
        /// `NFT_META_IIF`, 4 bytes in host order; 0 where the packet has no such interface.
        case inputInterfaceIndex = 4
        /// `NFT_META_IIFNAME`, 16 bytes.
        case inputInterfaceName = 6
        /// `NFT_META_OIFNAME`, 16 bytes.
        case outputInterfaceName = 7
        /// `NFT_META_NFPROTO`, one byte: 2 or 10.
        case nfproto = 15
        /// `NFT_META_L4PROTO`, one byte.
        case l4proto = 16

        var name: String {
            switch self {
            case .mark: "mark"
            case .inputInterfaceIndex: "iif"
            case .inputInterfaceName: "iifname"
            case .outputInterfaceName: "oifname"
            case .nfproto: "nfproto"
            case .l4proto: "l4proto"
            }
        }
    }

    public var key: Key
    public var destination: NftRegister
}

extension MetaLoad: CustomStringConvertible {
    public var description: String { "[ meta load \(key.name) => reg \(destination.number) ]" }
}
