/// One part of a rule, as the nft language has it.
public enum NftStatement: Hashable, Sendable {
    case match(NftMatch)
    case counter
    /// To the kernel's log, then on. The text is followed by what the kernel says of the packet.
    case log(prefix: String)
    /// Drops and answers with ICMP port unreachable of the packet's family.
    case reject
    case verdict(NftVerdict)
    case setMark(MarkBit)
    case clearMark(MarkBit)
    /// Keeps the packet out of connection tracking; before priority -200 of prerouting and output.
    case notrack
    /// The verdict under the field's value in a named map; without an entry the next rule.
    case verdictMap(NftField, map: String)

    /// Every chain that it names.
    public var target: String? {
        guard case .verdict(let verdict) = self else { return nil }
        return verdict.target
    }

    /// The set or map that it reads.
    public var setName: String? {
        switch self {
        case .match(.lookup(_, _, let set)): set
        case .verdictMap(_, let map): map
        default: nil
        }
    }
}
