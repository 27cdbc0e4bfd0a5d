import CNftnl

/// Netlink messages one behind the other in one piece of memory, as one `sendto` takes them.
struct MessageBuffer {
    /// No message of ours is longer: a list of elements ends at 64 KiB, the limit of a netlink attribute.
    private static let headroom = 128 * 1024

    private var storage: [UInt8] = []
    private var used = 0

    /// The finished messages.
    consuming func take() -> [UInt8] {
        storage.removeLast(storage.count - used)
        return storage
    }

    /// Bytes so far: the offset of the next message.
    var count: Int { used }

    /// Appends the message that `build` writes to the address it is given, with all its attributes.
    mutating func append(_ build: (UnsafeMutablePointer<CChar>) -> UnsafeMutablePointer<nlmsghdr>?) {
        if storage.count - used < MessageBuffer.headroom {
            storage += [UInt8](repeating: 0, count: max(storage.count, MessageBuffer.headroom))
        }
        let start = used
        let length: UInt32? = unsafe storage.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            let address = unsafe (base + start).assumingMemoryBound(to: CChar.self)
            return unsafe build(address)?.pointee.nlmsg_len
        }
        // Netlink messages begin at multiples of four.
        used += (Int(length ?? 0) + 3) / 4 * 4
    }
}
