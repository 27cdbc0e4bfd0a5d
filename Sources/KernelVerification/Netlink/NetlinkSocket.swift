import CLinuxShims
import Glibc

/// A netlink socket, bound to the namespace of the thread that opens it.
///
/// The kernel answers within `send`: when that returns, every reply is in the receive queue.
final class NetlinkSocket {
    enum `Protocol`: Int32 {
        case route = 0
        case netfilter = 12
    }

    private let descriptor: Descriptor
    private var buffer: [UInt8]
    private var lastSequence: UInt32 = 0

    /// Largest datagram that `receive` takes. Dumps need 32 KiB at least; a packet log sends up to 128 KiB.
    private static let bufferSize = 256 << 10

    init(_ kind: `Protocol`, receiveQueue: Int32 = 8 << 20) throws(KernelHarnessError) {
        descriptor = try Descriptor("socket(AF_NETLINK)") {
            socket(AF_NETLINK, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), kind.rawValue)
        }
        buffer = Array(repeating: 0, count: Self.bufferSize)
        try setOption(SOL_SOCKET, SO_RCVBUFFORCE, receiveQueue)
        // Errors carry the offset of the attribute at fault, and no copy of the request.
        try setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        try setOption(SOL_NETLINK, NETLINK_CAP_ACK, 1)
    }

    func nextSequence() -> UInt32 {
        lastSequence &+= 1
        return lastSequence
    }

    /// Sends the bytes as one datagram, however large.
    func send(_ bytes: [UInt8]) throws(KernelHarnessError) {
        try setOption(SOL_SOCKET, SO_SNDBUFFORCE, Int32(clamping: bytes.count * 2 + (64 << 10)))
        try SystemCall.check("send on a netlink socket") {
            unsafe bytes.withUnsafeBytes { unsafe Glibc.send(descriptor.raw, $0.baseAddress, $0.count, 0) }
        }
    }

    /// The next datagram's messages, or `nil` when nothing is queued.
    func receiveQueued() throws(KernelHarnessError) -> ReceivedMessages? {
        try receive(flags: Int32(MSG_DONTWAIT))
    }

    /// Waits for the next datagram.
    ///
    /// - Throws: `.noAnswer` after `milliseconds`.
    func receive(withinMilliseconds milliseconds: Int32) throws(KernelHarnessError) -> ReceivedMessages {
        var waiting = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
        let ready = try SystemCall.check("poll") { unsafe Int(poll(&waiting, 1, milliseconds)) }
        guard ready > 0, let messages = try receiveQueued() else {
            throw .noAnswer("no message from the kernel within \(milliseconds) ms")
        }
        return messages
    }

    /// Sends one request and waits for its acknowledgement.
    ///
    /// - Throws: `.system(operation, …)` with the kernel's error.
    func request(_ message: NetlinkMessage, operation: String) throws(KernelHarnessError) {
        try send(message.bytes)
        let refusals = try acknowledgements()
        if let refusal = refusals.first { throw .system(operation: operation, errno: refusal.errno) }
    }

    /// Reads what is queued; the errors among it.
    func acknowledgements() throws(KernelHarnessError) -> [RefusedMessage] {
        var refusals: [RefusedMessage] = []
        while let messages = try receiveQueued() {
            for message in messages where message.type == UInt16(NLMSG_ERROR) {
                if let refusal = RefusedMessage(message) { refusals.append(refusal) }
            }
        }
        return refusals
    }

    private func receive(flags: Int32) throws(KernelHarnessError) -> ReceivedMessages? {
        let outcome = SystemCall.attempt {
            unsafe buffer.withUnsafeMutableBytes {
                unsafe recv(descriptor.raw, $0.baseAddress, $0.count, flags | Int32(MSG_TRUNC))
            }
        }
        switch outcome {
        case .success(let count):
            guard count <= buffer.count else {
                throw .noAnswer("a netlink datagram of \(count) bytes exceeds the buffer of \(buffer.count)")
            }
            return ReceivedMessages(buffer[..<count])
        case .failure(let failure) where failure.errno == EAGAIN: return nil
        case .failure(let failure): throw .system(operation: "receive on a netlink socket", errno: failure.errno)
        }
    }

    private func setOption(_ level: Int32, _ option: Int32, _ value: Int32) throws(KernelHarnessError) {
        var value = value
        try SystemCall.check("setsockopt(\(level), \(option))") {
            unsafe Int(setsockopt(descriptor.raw, level, option, &value, socklen_t(MemoryLayout<Int32>.size)))
        }
    }
}

extension RefusedMessage {
    /// From an NLMSG_ERROR; `nil` when that is an acknowledgement (error 0).
    ///
    ///     | int32 -errno | header of the request | attributes, when NLM_F_ACK_TLVS |
    init?(_ message: ReceivedMessage) {
        let payload = message.payload
        guard let code = Int32(hostOrder: payload.prefix(4)), code < 0 else { return nil }
        let attributes = NetlinkAttributes(payload.dropFirst(4 + 16))
        self.init(
            sequence: message.sequence, errno: 0 &- code,
            attributeOffset: attributes.first(UInt16(NLMSGERR_ATTR_OFFS.rawValue)).flatMap { UInt32(hostOrder: $0) },
            text: attributes.text(UInt16(NLMSGERR_ATTR_MSG.rawValue)))
    }
}
