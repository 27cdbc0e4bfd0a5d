/// Loads what connection tracking knows as a 32-bit mask in host order (`nft_ct.c`).
public struct ConntrackLoad: Hashable, Sendable {
    /// `enum nft_ct_keys`.
    public enum Key: UInt32, Hashable, Sendable {
        /// `NFT_CT_STATE`; every packet has one.
        case state = 0
        /// `NFT_CT_STATUS`; ends the rule without a match when the packet has no connection.
        case status = 2

        var name: String { self == .state ? "state" : "status" }
    }

    public var key: Key
    public var destination: NftRegister

    /// `IPS_DST_NAT` (linux/netfilter/nf_conntrack_common.h).
    static let destinationTranslated: UInt32 = 0x20
}

extension ConntrackLoad: CustomStringConvertible {
    public var description: String { "[ ct load \(key.name) => reg \(destination.number) ]" }
}
