/// Writes the packet to the kernel's log and goes on (`nft_log.c`).
public struct LogMessage: Hashable, Sendable {
    /// At most 127 bytes (`NF_LOG_PREFIXLEN`).
    public var prefix: String

    /// `LOG_NOTICE`, the level that Felix logs at.
    public static let level: UInt32 = 5
    static let maximumPrefixBytes = 127
}

extension LogMessage: CustomStringConvertible {
    public var description: String { "[ log prefix \(prefix) level \(LogMessage.level) ]" }
}
