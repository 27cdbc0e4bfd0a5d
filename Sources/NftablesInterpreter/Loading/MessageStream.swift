import CNftnl

/// One nf_tables message of a stream.
struct NftMessage {
    /// `NFT_MSG_…` of linux/netfilter/nf_tables.h.
    let kind: UInt32
    /// `NLM_F_…`.
    let flags: Int32
    /// `NFPROTO_…`: 1 inet, 2 ip, 10 ip6, others.
    let family: UInt8
    /// The message with its header, at its declared length.
    let bytes: ArraySlice<UInt8>

    func has(_ flag: Int32) -> Bool { flags & flag != 0 }

    /// The table that the message speaks of: attribute 1 of every kind (`NFTA_TABLE_NAME`, `NFTA_RULE_TABLE`, …).
    var tableName: String {
        attributes.first { $0.type == NFTA_TABLE_NAME.rawValue }.map { RawAttributes.text($0.value) } ?? ""
    }

    var attributes: RawAttributes { RawAttributes(bytes.dropFirst(Self.headerLength + Self.familyHeaderLength)) }
}

extension NftMessage {
    /// Splits netlink bytes into nf_tables messages. Batch marks, padding and end-of-dump messages fall away.
    ///
    /// - Throws: `.malformed` when lengths don't fit, and for messages of other subsystems or an error message.
    static func messages(in stream: [UInt8]) throws(RulesetError) -> [NftMessage] {
        var messages: [NftMessage] = []
        var rest = stream[...]
        while !rest.isEmpty {
            let start = rest.startIndex
            guard rest.count >= headerLength else {
                throw .malformed("\(rest.count) bytes at \(start) are too short for a netlink header")
            }
            let length = Int(UInt32(hostOrder: Array(rest.prefix(4))))
            guard length >= headerLength, length <= rest.count else {
                throw .malformed("message at byte \(start) declares \(length) of \(rest.count) bytes")
            }
            let type = Int32(UInt16(hostOrder: rest[(start + 4)..<(start + 6)]))
            let flags = Int32(UInt16(hostOrder: rest[(start + 6)..<(start + 8)]))
            let bytes = rest.prefix(length)
            rest = rest.dropFirst(min((length + 3) & ~3, rest.count))
            switch type {
            case NLMSG_NOOP, NLMSG_DONE, NFNL_MSG_BATCH_BEGIN, NFNL_MSG_BATCH_END: continue
            case let type where type >> 8 == NFNL_SUBSYS_NFTABLES && length >= headerLength + familyHeaderLength:
                let message = NftMessage(
                    kind: UInt32(type & 0xff), flags: flags, family: bytes[start + headerLength], bytes: bytes)
                messages.append(message)
            default:
                throw .malformed("message at byte \(start) has type \(type), which is not one of nf_tables")
            }
        }
        return messages
    }

    /// `struct nlmsghdr` and `struct nfgenmsg`.
    static let headerLength = 16
    static let familyHeaderLength = 4
}

/// The attributes (type, value) of a message or of a nesting one; ends at the first that does not fit.
struct RawAttributes: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func next() -> (type: UInt32, value: ArraySlice<UInt8>)? {
        let start = rest.startIndex
        guard rest.count >= 4 else { return nil }
        let length = Int(UInt16(hostOrder: rest[start..<(start + 2)]))
        guard length >= 4, length <= rest.count else { return nil }
        let type = UInt32(UInt16(hostOrder: rest[(start + 2)..<(start + 4)]))
        let value = rest[(start + 4)..<(start + length)]
        rest = rest.dropFirst((length + 3) & ~3)
        return (type & ~UInt32(NLA_F_NESTED | NLA_F_NET_BYTEORDER), value)
    }

    static func text(_ value: ArraySlice<UInt8>) -> String {
        String(decoding: value.prefix { $0 != 0 }, as: UTF8.self)
    }
}
