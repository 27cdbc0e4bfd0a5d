import CLinuxShims

/// A message as it came from the kernel.
struct ReceivedMessage {
    let type: UInt16
    let flags: UInt16
    let sequence: UInt32
    /// The whole message with its header.
    let bytes: ArraySlice<UInt8>

    /// What follows the netlink header.
    var payload: ArraySlice<UInt8> { bytes.dropFirst(16) }

    /// The attributes behind a family header of `headerLength` bytes.
    func attributes(after headerLength: Int) -> NetlinkAttributes {
        NetlinkAttributes(payload.dropFirst(headerLength))
    }
}

/// The messages of one datagram, one after the other; ends at the first that does not fit.
struct ReceivedMessages: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>

    init(_ datagram: ArraySlice<UInt8>) { rest = datagram }

    mutating func next() -> ReceivedMessage? {
        let start = rest.startIndex
        guard rest.count >= 16, let length = UInt32(hostOrder: rest[start..<(start + 4)]),
            length >= 16, Int(length) <= rest.count,
            let type = UInt16(hostOrder: rest[(start + 4)..<(start + 6)]),
            let flags = UInt16(hostOrder: rest[(start + 6)..<(start + 8)]),
            let sequence = UInt32(hostOrder: rest[(start + 8)..<(start + 12)])
        else { return nil }
        let message = ReceivedMessage(
            type: type, flags: flags, sequence: sequence, bytes: rest[start..<(start + Int(length))])
        rest = rest.dropFirst((Int(length) + 3) & ~3)
        return message
    }
}

/// Attributes (type, value) in their order; ends at the first that does not fit.
struct NetlinkAttributes: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func next() -> (type: UInt16, value: ArraySlice<UInt8>)? {
        let start = rest.startIndex
        guard rest.count >= 4, let length = UInt16(hostOrder: rest[start..<(start + 2)]),
            length >= 4, Int(length) <= rest.count,
            let type = UInt16(hostOrder: rest[(start + 2)..<(start + 4)])
        else { return nil }
        let value = rest[(start + 4)..<(start + Int(length))]
        rest = rest.dropFirst((Int(length) + 3) & ~3)
        return (type & ~UInt16(NLA_F_NESTED | NLA_F_NET_BYTEORDER), value)
    }

    /// The first attribute of that type.
    func first(_ type: UInt16) -> ArraySlice<UInt8>? {
        first { $0.type == type }?.value
    }

    /// A NUL-terminated text attribute.
    func text(_ type: UInt16) -> String? {
        first(type).map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
