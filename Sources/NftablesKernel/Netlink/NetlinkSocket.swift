import CNftnl
import Glibc

/// A netlink socket to netfilter, bound to the network namespace in which it was opened.
@safe struct NetlinkSocket: ~Copyable {
    private let socket: OpaquePointer

    /// `NETLINK_CAP_ACK`, `NETLINK_EXT_ACK`: short error messages with explanations.
    private static let wantedOptions: [Int32] = [10, 11]
    /// Answers come in datagrams of at most 32 KiB; a page more than the kernel ever asks for.
    private static let receiveBufferLength = 128 * 1024

    /// Opens one in the calling thread's namespace.
    init() throws(KernelError) {
        guard let socket = unsafe mnl_socket_open2(NETLINK_NETFILTER, Int32(SOCK_CLOEXEC.rawValue)) else {
            throw KernelError("open a netlink socket", code: errno)
        }
        guard unsafe mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 else {
            let code = errno
            unsafe mnl_socket_close(socket)
            throw KernelError("bind a netlink socket", code: code)
        }
        unsafe self.socket = unsafe socket
        askForExplanations()
    }

    /// Takes over a socket that was opened, and perhaps bound, elsewhere: it is closed with this value.
    init(adopting fileDescriptor: Int32) throws(KernelError) {
        guard let socket = unsafe mnl_socket_fdopen(fileDescriptor) else {
            throw KernelError("use a netlink socket", code: errno)
        }
        unsafe self.socket = unsafe socket
        askForExplanations()
    }

    deinit { _ = unsafe mnl_socket_close(socket) }

    private var fileDescriptor: Int32 { unsafe mnl_socket_get_fd(socket) }

    /// A kernel without these options explains less; nothing else depends on them.
    private func askForExplanations() {
        for option in NetlinkSocket.wantedOptions {
            var one: Int32 = 1
            _ = unsafe mnl_socket_setsockopt(socket, option, &one, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    /// Sends one datagram. Enlarges the socket's buffer first where that is allowed: the kernel takes a transaction
    /// only as a whole.
    func send(_ bytes: [UInt8]) throws(KernelError) {
        growSendBuffer(to: bytes.count)
        while true {
            let sent = unsafe mnl_socket_sendto(socket, bytes, bytes.count)
            if sent >= 0 { return }
            guard errno == EINTR else { throw KernelError("send to the kernel", code: errno) }
        }
    }

    private func growSendBuffer(to count: Int) {
        // The kernel counts its own bookkeeping with the data.
        var wanted = Int32(clamping: count.multipliedReportingOverflow(by: 2).partialValue + 64 * 1024)
        let size = socklen_t(MemoryLayout<Int32>.size)
        var present: Int32 = 0
        var presentSize = size
        if unsafe getsockopt(fileDescriptor, SOL_SOCKET, SO_SNDBUF, &present, &presentSize) == 0, present >= wanted {
            return
        }
        if unsafe setsockopt(fileDescriptor, SOL_SOCKET, SO_SNDBUFFORCE, &wanted, size) != 0 {
            _ = unsafe setsockopt(fileDescriptor, SOL_SOCKET, SO_SNDBUF, &wanted, size)
        }
    }

    /// What one receive brings.
    enum Received {
        case datagram([UInt8])
        /// Nothing is queued.
        case nothing
        /// The queue overflowed (`ENOBUFS`): some answers are lost.
        case lost
    }

    /// Takes what is queued, without waiting: the kernel answers before `send` returns, and queues the next part of a
    /// dump when one is taken.
    func receive() throws(KernelError) -> Received {
        var buffer = [UInt8](repeating: 0, count: NetlinkSocket.receiveBufferLength)
        while true {
            let count = unsafe recv(fileDescriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count >= 0 {
                buffer.removeLast(buffer.count - count)
                return .datagram(buffer)
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .nothing
            case ENOBUFS: return .lost
            default: throw KernelError("receive from the kernel", code: errno)
            }
        }
    }
}
