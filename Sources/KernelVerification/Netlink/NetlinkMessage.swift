import CLinuxShims

/// One netlink message being written: header, the family's own header, attributes (rtnetlink(7), netlink(7)).
///
///     0        4     6     8         12      16
///     | length | type| flag| sequence| port 0| family header, attributes … padded to 4 |
struct NetlinkMessage {
    private(set) var bytes: [UInt8]

    /// - Parameter body: the header that the message type starts with (`ifinfomsg`, `nfgenmsg`, …).
    init(type: UInt16, flags: Int32, sequence: UInt32, body: [UInt8]) {
        bytes =
            UInt32(0).hostOrder + type.hostOrder + UInt16(truncatingIfNeeded: flags).hostOrder + sequence.hostOrder
            + UInt32(0).hostOrder + body
        pad()
    }

    /// A message of an nfnetlink subsystem; its body is `nfgenmsg`.
    ///
    /// - Parameter resource: `res_id`: the subsystem in batch marks, the group in packet logs.
    init(
        subsystem: Int32, type: UInt32, flags: Int32, sequence: UInt32, family: UInt8 = 0, resource: UInt16 = 0
    ) {
        self.init(
            type: UInt16(truncatingIfNeeded: subsystem) << 8 | UInt16(truncatingIfNeeded: type), flags: flags,
            sequence: sequence, body: [family, UInt8(NFNETLINK_V0)] + resource.networkOrder)
    }

    mutating func append(_ attribute: UInt16, _ value: [UInt8]) {
        bytes += UInt16(truncatingIfNeeded: value.count + 4).hostOrder + attribute.hostOrder + value
        pad()
    }

    mutating func append(_ attribute: UInt16, text: String) {
        append(attribute, Array(text.utf8) + [0])
    }

    /// An attribute that holds the attributes `fill` adds.
    mutating func append(_ attribute: UInt16, nested fill: (inout NetlinkMessage) -> Void) {
        let start = bytes.count
        bytes += [0, 0] + (attribute | UInt16(NLA_F_NESTED)).hostOrder
        fill(&self)
        bytes.replaceSubrange(start..<(start + 2), with: UInt16(truncatingIfNeeded: bytes.count - start).hostOrder)
        setLength()
    }

    private mutating func pad() {
        bytes += Array(repeating: 0, count: (4 - bytes.count % 4) % 4)
        setLength()
    }

    private mutating func setLength() {
        bytes.replaceSubrange(0..<4, with: UInt32(truncatingIfNeeded: bytes.count).hostOrder)
    }
}
