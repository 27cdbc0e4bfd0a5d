/// One message of the kernel's answer, as bytes (`linux/netlink.h`; numbers in the order of this machine).
struct NetlinkReply {
    /// Length, type, flags, sequence, port: `struct nlmsghdr`.
    static let headerLength = 16

    var type: UInt16
    var flags: UInt16
    var sequence: UInt32
    /// Where the message lies in the buffer it came in, header included.
    var range: Range<Int>

    static let errorType: UInt16 = 2
    static let doneType: UInt16 = 3
    /// `NLM_F_DUMP_INTR`: the ruleset changed while it was being read.
    static let dumpInterrupted: UInt16 = 0x10
    /// `NLM_F_CAPPED`, `NLM_F_ACK_TLVS`, flags of error messages.
    static let capped: UInt16 = 0x100
    static let hasAttributes: UInt16 = 0x200

    /// The messages of one datagram. What does not fit its own length ends the list.
    static func messages(in bytes: [UInt8]) -> [NetlinkReply] {
        var replies: [NetlinkReply] = []
        var offset = 0
        while bytes.count - offset >= headerLength {
            let length = Int(bytes.number32(at: offset))
            guard length >= headerLength, length <= bytes.count - offset else { break }
            replies.append(
                NetlinkReply(
                    type: bytes.number16(at: offset + 4), flags: bytes.number16(at: offset + 6),
                    sequence: bytes.number32(at: offset + 8), range: offset..<offset + length))
            offset += (length + 3) / 4 * 4
        }
        return replies
    }
}

/// The content of an `NLMSG_ERROR`: an acknowledgement when the code is 0.
struct NetlinkVerdict: Hashable {
    /// `errno`, positive.
    var code: Int32
    /// Of the message that it answers.
    var sequence: UInt32
    /// `NLMSGERR_ATTR_MSG`.
    var text: String?
    /// `NLMSGERR_ATTR_OFFS`.
    var attributeOffset: UInt32?

    private static let textAttribute: UInt16 = 1
    private static let offsetAttribute: UInt16 = 2

    /// `nil` for other messages and torn ones. Also reads `NLMSG_DONE`, which ends dumps with a code of its own.
    init?(_ reply: NetlinkReply, in bytes: [UInt8]) {
        let payload = reply.range.lowerBound + NetlinkReply.headerLength
        guard reply.type == NetlinkReply.errorType || reply.type == NetlinkReply.doneType,
            payload + 4 <= reply.range.upperBound
        else { return nil }
        let negated = Int32(bitPattern: bytes.number32(at: payload))
        code = negated == .min ? .max : abs(negated)
        sequence = reply.sequence
        guard reply.type == NetlinkReply.errorType, reply.flags & NetlinkReply.hasAttributes != 0,
            payload + 4 + NetlinkReply.headerLength <= reply.range.upperBound
        else { return }
        // Behind the code stands the header of the failed message, behind that the rest of it unless it was capped.
        let echoed =
            reply.flags & NetlinkReply.capped != 0
            ? NetlinkReply.headerLength : Int(bytes.number32(at: payload + 4))
        let start = payload + 4 + (echoed + 3) / 4 * 4
        for attribute in NetlinkAttribute.list(in: bytes, start..<max(start, reply.range.upperBound)) {
            switch attribute.type {
            case NetlinkVerdict.textAttribute:
                text = String(decoding: bytes[attribute.payload].prefix { $0 != 0 }, as: UTF8.self)
            case NetlinkVerdict.offsetAttribute where attribute.payload.count == 4:
                attributeOffset = bytes.number32(at: attribute.payload.lowerBound)
            default: break
            }
        }
    }
}

/// Where one attribute lies.
struct NetlinkAttribute {
    /// Without the flags `NLA_F_NESTED` and `NLA_F_NET_BYTEORDER`.
    var type: UInt16
    /// Header included.
    var range: Range<Int>
    var payload: Range<Int>

    private static let headerLength = 4

    /// The attributes that fill a stretch of bytes; a torn one ends the list.
    static func list(in bytes: [UInt8], _ stretch: Range<Int>) -> [NetlinkAttribute] {
        guard stretch.lowerBound >= 0, stretch.upperBound <= bytes.count else { return [] }
        var attributes: [NetlinkAttribute] = []
        var offset = stretch.lowerBound
        while stretch.upperBound - offset >= headerLength {
            let length = Int(bytes.number16(at: offset))
            guard length >= headerLength, length <= stretch.upperBound - offset else { break }
            attributes.append(
                NetlinkAttribute(
                    type: bytes.number16(at: offset + 2) & 0x3fff, range: offset..<offset + length,
                    payload: offset + headerLength..<offset + length))
            offset += (length + 3) / 4 * 4
        }
        return attributes
    }
}

extension [UInt8] {
    /// In the order of this machine's memory.
    func number16(at offset: Int) -> UInt16 {
        UInt16(littleEndian: UInt16(self[offset]) | UInt16(self[offset + 1]) << 8)
    }

    func number32(at offset: Int) -> UInt32 {
        UInt32(
            littleEndian: UInt32(self[offset]) | UInt32(self[offset + 1]) << 8 | UInt32(self[offset + 2]) << 16
                | UInt32(self[offset + 3]) << 24)
    }
}
