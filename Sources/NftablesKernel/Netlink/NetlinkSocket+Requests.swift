import CNftnl
import Glibc

extension NetlinkSocket {
    /// How often a dump is started anew when the ruleset changes under it.
    private static let dumpAttempts = 16
    private static let requestSequence: UInt32 = 1
    private static let requestLength = 4096

    /// Sends a transaction and gathers what the kernel says of it.
    func send(_ batch: NftBatch) throws(KernelError) -> BatchOutcome {
        do throws(KernelError) {
            try send(batch.bytes)
        } catch {
            throw KernelError(batch.operation, code: error.code)
        }
        var outcome = BatchOutcome(batch)
        while true {
            switch try receive() {
            case .datagram(let bytes): outcome.add(bytes)
            case .lost: outcome.noteLoss()
            case .nothing: return outcome
            }
        }
    }

    /// Asks for all objects of a kind.
    ///
    /// - Parameters:
    ///   - write: Adds attributes to the request.
    ///   - parse: Reads one message; `nil` leaves it out. Its pointer is good for that call.
    @unsafe func dump<Value>(
        _ type: nf_tables_msg_types, family: UInt16 = NftMessage.inet,
        _ write: (UnsafeMutablePointer<nlmsghdr>) -> Void = { _ in },
        parse: (UnsafePointer<nlmsghdr>) -> Value?
    ) throws(KernelError) -> [Value] {
        for _ in 0..<NetlinkSocket.dumpAttempts {
            try unsafe sendRequest(type, family: family, flags: NLM_F_DUMP, write)
            if let values = try unsafe readDump(parse: parse) { return values }
        }
        throw KernelError(NetlinkSocket.reading, code: EINTR)
    }

    /// Asks for one object; `nil` when the kernel has none (`ENOENT`).
    @unsafe func get<Value>(
        _ type: nf_tables_msg_types, family: UInt16 = NftMessage.inet,
        _ write: (UnsafeMutablePointer<nlmsghdr>) -> Void = { _ in },
        parse: (UnsafePointer<nlmsghdr>) -> Value?
    ) throws(KernelError) -> Value? {
        try unsafe sendRequest(type, family: family, flags: 0, write)
        var value: Value?
        while true {
            switch try receive() {
            case .lost: throw KernelError(NetlinkSocket.reading, code: ENOBUFS)
            case .nothing: return value
            case .datagram(let bytes):
                for reply in NetlinkReply.messages(in: bytes) {
                    if let verdict = NetlinkVerdict(reply, in: bytes) {
                        guard verdict.code == 0 || verdict.code == ENOENT else {
                            throw KernelError(NetlinkSocket.reading, code: verdict.code, kernelText: verdict.text)
                        }
                    } else if let parsed = unsafe NetlinkSocket.parsed(reply, in: bytes, parse) {
                        value = parsed
                    }
                }
            }
        }
    }

    static var reading: String { "read the rules" }

    @unsafe private func sendRequest(
        _ type: nf_tables_msg_types, family: UInt16, flags: Int32,
        _ write: (UnsafeMutablePointer<nlmsghdr>) -> Void
    ) throws(KernelError) {
        var request = [UInt8](repeating: 0, count: NetlinkSocket.requestLength)
        let length: UInt32? = unsafe request.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            let address = unsafe base.assumingMemoryBound(to: CChar.self)
            let message = unsafe NftMessage.header(
                at: address, type, family: family, flags: flags, sequence: NetlinkSocket.requestSequence)
            guard let message = unsafe message else { return nil }
            unsafe write(message)
            return unsafe message.pointee.nlmsg_len
        }
        request.removeLast(request.count - Int(length ?? 0))
        try send(request)
    }

    /// `nil`: the ruleset changed meanwhile, what was read is a mixture.
    @unsafe private func readDump<Value>(
        parse: (UnsafePointer<nlmsghdr>) -> Value?
    ) throws(KernelError) -> [Value]? {
        var values: [Value] = []
        var isMixture = false
        while true {
            switch try receive() {
            case .lost: isMixture = true
            case .nothing: throw KernelError(NetlinkSocket.reading, code: EAGAIN)
            case .datagram(let bytes):
                for reply in NetlinkReply.messages(in: bytes) {
                    if reply.flags & NetlinkReply.dumpInterrupted != 0 { isMixture = true }
                    if let verdict = NetlinkVerdict(reply, in: bytes) {
                        if verdict.code == EINTR { return nil }
                        guard verdict.code == 0 else {
                            throw KernelError(NetlinkSocket.reading, code: verdict.code, kernelText: verdict.text)
                        }
                        return isMixture ? nil : values
                    }
                    if let value = unsafe NetlinkSocket.parsed(reply, in: bytes, parse) { values.append(value) }
                }
            }
        }
    }

    @unsafe private static func parsed<Value>(
        _ reply: NetlinkReply, in bytes: [UInt8], _ parse: (UnsafePointer<nlmsghdr>) -> Value?
    ) -> Value? {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return nil }
            return unsafe parse((base + reply.range.lowerBound).assumingMemoryBound(to: nlmsghdr.self))
        }
    }
}
