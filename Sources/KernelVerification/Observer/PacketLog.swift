import CLinuxShims

/// The receiving end of an NFLOG group (nfnetlink_log): copies of packets in the order in which rules logged them.
final class PacketLog {
    /// One logged packet.
    struct Entry {
        /// Hook that it was logged at.
        var hook: UInt32
        /// 0 when no rule set one.
        var mark: UInt32
        var outInterfaceIndex: Int32?
        var tag: PacketTag?
    }

    private let socket: NetlinkSocket

    /// Binds to the group in the calling thread's namespace.
    init(group: UInt16) throws(KernelHarnessError) {
        socket = try NetlinkSocket(.netfilter, receiveQueue: 64 << 20)
        // nfulnl_msg_config_cmd: command; nfulnl_msg_config_mode: range (u32), mode, pad.
        try configure(group, NFULA_CFG_CMD, [UInt8(NFULNL_CFG_CMD_BIND.rawValue)])
        try configure(group, NFULA_CFG_MODE, UInt32(0xffff).networkOrder + [UInt8(NFULNL_COPY_PACKET), 0])
        try configure(group, NFULA_CFG_NLBUFSIZ, UInt32(128 << 10).networkOrder)
        // Collected until the buffer is full or a rule asks for less; the timeout (1/100 s) is only a safety net.
        try configure(group, NFULA_CFG_QTHRESH, UInt32(4096).networkOrder)
        try configure(group, NFULA_CFG_TIMEOUT, UInt32(100).networkOrder)
    }

    /// Waits for the next entries.
    func next(withinMilliseconds milliseconds: Int32) throws(KernelHarnessError) -> [Entry] {
        try socket.receive(withinMilliseconds: milliseconds).compactMap(Entry.init)
    }

    private func configure(
        _ group: UInt16, _ attribute: nfulnl_attr_config, _ value: [UInt8]
    ) throws(KernelHarnessError) {
        var message = NetlinkMessage(
            subsystem: NFNL_SUBSYS_ULOG, type: NFULNL_MSG_CONFIG.rawValue, flags: NLM_F_REQUEST | NLM_F_ACK,
            sequence: socket.nextSequence(), resource: group)
        message.append(UInt16(attribute.rawValue), value)
        try socket.request(message, operation: "configure NFLOG group \(group)")
    }
}

extension PacketLog.Entry {
    /// From an NFULNL_MSG_PACKET; `nil` for any other message.
    init?(_ message: ReceivedMessage) {
        guard message.type == UInt16(NFNL_SUBSYS_ULOG) << 8 | UInt16(NFULNL_MSG_PACKET.rawValue) else { return nil }
        self.init(hook: .max, mark: 0)
        for (type, value) in message.attributes(after: 4) {
            switch UInt32(type) {
            case NFULA_PACKET_HDR.rawValue:
                // nfulnl_msg_packet_hdr: protocol (be16), hook, pad.
                if value.count >= 3 { hook = UInt32(value[value.startIndex + 2]) }
            case NFULA_MARK.rawValue: mark = UInt32(networkOrder: value) ?? 0
            case NFULA_IFINDEX_OUTDEV.rawValue: outInterfaceIndex = Int32(networkOrder: value)
            case NFULA_PAYLOAD.rawValue: tag = PacketTag(of: value)
            default: break
            }
        }
    }
}
