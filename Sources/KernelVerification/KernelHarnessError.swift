/// Why the kernel could not be asked, or what it refused.
public enum KernelHarnessError: Error, Hashable, Sendable {
    /// A system call failed.
    case system(operation: String, errno: Int32)
    /// The caller may not, or the kernel cannot, do what the harness needs; `remedy` says what would help.
    case unavailable(operation: String, errno: Int32, remedy: String)
    /// The guard: an operation would have touched the namespace that the process was started in.
    case startingNamespace
    /// The kernel refused messages of an nf_tables batch, and with them the whole batch.
    case refused([RefusedMessage])
    /// No device of that name is part of the node.
    case unknownInterface(String)
    /// The packet with this index is no IPv4 or IPv6 packet.
    case notAPacket(index: Int)
    /// The kernel's answer did not come, or came back cut.
    case noAnswer(String)
    /// The stock `nft` ended with an error; its own words.
    case stockNft(String)
}

/// One message of a batch that the kernel did not take.
public struct RefusedMessage: Hashable, Sendable {
    /// `nlmsg_seq` of the culprit, which the sender of the batch chose.
    public var sequence: UInt32
    /// Positive errno value.
    public var errno: Int32
    /// Byte offset of the offending attribute in that message, where the kernel tells (NLMSGERR_ATTR_OFFS).
    public var attributeOffset: UInt32?
    /// The kernel's own text, rare in nf_tables (NLMSGERR_ATTR_MSG).
    public var text: String?
}

extension KernelHarnessError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .system(let operation, let errno):
            "\(operation): \(SystemCall.text(errno))"
        case .unavailable(let operation, let errno, let remedy):
            "\(operation): \(SystemCall.text(errno)); \(remedy)"
        case .startingNamespace:
            "refused to work in the network namespace that this process was started in"
        case .refused(let messages):
            "the kernel refused the batch: " + messages.map(\.description).joined(separator: "; ")
        case .unknownInterface(let name):
            "the node has no interface '\(name)'"
        case .notAPacket(let index):
            "packet \(index) is neither IPv4 nor IPv6, or shorter than its header"
        case .noAnswer(let what):
            what
        case .stockNft(let text):
            "nft: \(text)"
        }
    }
}

extension RefusedMessage: CustomStringConvertible {
    public var description: String {
        let place = attributeOffset.map { " at byte \($0)" } ?? ""
        let reason = text.map { " (\($0))" } ?? ""
        return "message \(sequence)\(place): \(SystemCall.text(errno))\(reason)"
    }
}
