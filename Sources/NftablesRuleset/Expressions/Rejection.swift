/// Drops the packet and answers with ICMP or ICMPv6 port unreachable (`nft_reject_inet.c`).
public struct Rejection: Hashable, Sendable {
    /// `NFT_REJECT_ICMPX_UNREACH`: translated to the packet's family.
    public static let type: UInt32 = 2
    /// `NFT_REJECT_ICMPX_PORT_UNREACH`.
    public static let code: UInt8 = 1
}

extension Rejection: CustomStringConvertible {
    public var description: String { "[ reject type \(Rejection.type) code \(Rejection.code) ]" }
}
