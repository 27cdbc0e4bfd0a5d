import CLinuxShims

extension NetlinkSocket {
    /// Everything that a GET request with NLM_F_DUMP lists, message by message.
    ///
    /// - Parameter request: builds the request from its sequence number.
    /// - Throws: `.noAnswer` when other changes interrupted the listing `attempts` times.
    func dump(
        _ operation: String, attempts: Int = 16, request: (UInt32) -> NetlinkMessage
    ) throws(KernelHarnessError) -> [[UInt8]] {
        for _ in 0..<attempts {
            let sequence = nextSequence()
            try send(request(sequence).bytes)
            if let messages = try listing(sequence, operation) { return messages }
        }
        throw .noAnswer("\(operation): interrupted by other changes \(attempts) times")
    }

    /// The messages up to NLMSG_DONE, or `nil` when the kernel says that they do not belong together.
    private func listing(_ sequence: UInt32, _ operation: String) throws(KernelHarnessError) -> [[UInt8]]? {
        var listed: [[UInt8]] = []
        var interrupted = false
        while true {
            let messages = try receive(withinMilliseconds: 5_000)
            for message in messages where message.sequence == sequence {
                if message.flags & UInt16(NLM_F_DUMP_INTR) != 0 { interrupted = true }
                switch Int32(message.type) {
                case NLMSG_DONE: return interrupted ? nil : listed
                case NLMSG_ERROR:
                    if let refusal = RefusedMessage(message) {
                        throw .system(operation: operation, errno: refusal.errno)
                    }
                default: listed.append(Array(message.bytes))
                }
            }
        }
    }
}
