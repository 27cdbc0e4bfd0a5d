/// Why messages do not make a ruleset that can be run. Nothing is passed over: what is not understood is refused.
public enum RulesetError: Error, Hashable, Sendable {
    /// Bytes that are no netlink message, or that libnftnl cannot read.
    case malformed(String)
    /// An expression, attribute or message that the interpreter does not know, by name, and where it stands.
    case unsupported(String, at: String)
    /// A table, chain or set that is spoken of but not there.
    case missing(String, at: String)
    /// The kernel would refuse the chains: a loop (ELOOP), more than 16 in a row (EMLINK), a jump to a base chain.
    case chains(String)
}

extension RulesetError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed(let what): "malformed nf_tables messages: \(what)"
        case .unsupported(let what, let place): "\(place): \(what) is not supported"
        case .missing(let what, let place): "\(place): \(what) does not exist"
        case .chains(let what): what
        }
    }
}
