/// Loads bytes of the packet (`nft_payload.c`). Ends the rule without a match when they are not there.
public struct PayloadLoad: Hashable, Sendable {
    /// `enum nft_payload_bases`.
    public enum Base: UInt32, Hashable, Sendable {
        /// `NFT_PAYLOAD_NETWORK_HEADER`: the IP header.
        case network = 1
        /// `NFT_PAYLOAD_TRANSPORT_HEADER`.
        case transport = 2

        var name: String { self == .network ? "network header" : "transport header" }
    }

    public var base: Base
    /// Bytes from the base.
    public var offset: UInt32
    /// Bytes to load.
    public var length: UInt32
    public var destination: NftRegister
}

extension PayloadLoad: CustomStringConvertible {
    public var description: String {
        "[ payload load \(length)b @ \(base.name) + \(offset) => reg \(destination.number) ]"
    }
}
