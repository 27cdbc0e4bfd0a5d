/// Asks the routing table whether the way back to the packet's source leads through the interface that it came in by,
/// under the packet's mark: 1 or 0, in a whole register word (`nft_fib_ipv4.c`, `nft_fib_ipv6.c`).
public struct ReversePathLookup: Hashable, Sendable {
    public var destination: NftRegister

    /// `NFTA_FIB_F_SADDR`, `…_MARK`, `…_IIF`, `…_PRESENT`.
    public static let flags: UInt32 = 1 | 4 | 8 | 32
    /// `NFT_FIB_RESULT_OIF`.
    public static let result: UInt32 = 1
}

extension ReversePathLookup: CustomStringConvertible {
    public var description: String { "[ fib saddr . mark . iif oif present => reg \(destination.number) ]" }
}
