import CLinuxShims
import Glibc

/// A network namespace of our own, with `lo` up and nothing else in it.
///
/// It lives as long as this object or a socket or device that was opened in it, and leaves nothing behind. The
/// process's threads stay where they are: work happens on threads made for it (`perform`).
public final class PrivateNamespace: Sendable {
    private let handle: Descriptor

    /// Makes the namespace. Needs CAP_SYS_ADMIN and a mounted /proc.
    public convenience init() throws(KernelHarnessError) {
        let raw = try DedicatedThread.run { () throws(KernelHarnessError) in
            try SystemCall.check("unshare(CLONE_NEWNET)") { Int(dp_unshare_network()) }
            return try Self.openCurrent()
        }
        self.init(adopting: Descriptor(adopting: raw))
        try perform { () throws(KernelHarnessError) in
            let socket = try NetlinkSocket(.route)
            try LinkSetup(socket).bringUp(index: Self.loopbackIndex, queueLength: nil)
        }
    }

    init(adopting handle: consuming Descriptor) {
        self.handle = handle
    }

    /// `lo` is the first device of every namespace (net/core/dev.h, LOOPBACK_IFINDEX).
    private static let loopbackIndex: Int32 = 1

    /// Runs `body` on a thread inside the namespace and waits for it. Sockets and devices that it opens stay bound to
    /// the namespace and may be used from any thread.
    ///
    /// - Throws: `.startingNamespace` when the thread would work where the process was started.
    func perform<Value>(_ body: () throws(KernelHarnessError) -> Value) throws(KernelHarnessError) -> Value {
        try DedicatedThread.run { () throws(KernelHarnessError) in
            try SystemCall.check("setns(CLONE_NEWNET)") { Int(dp_enter_network(handle.raw)) }
            guard try Identity.ofThread() != Identity.ofProcess() else { throw .startingNamespace }
            return try body()
        }
    }

    /// A new descriptor for the namespace of the calling thread; the caller owns it.
    static func openCurrent() throws(KernelHarnessError) -> Int32 {
        Int32(
            try SystemCall.check("open /proc/thread-self/ns/net") {
                unsafe Int(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC))
            })
    }

    /// Namespaces are told apart by the inode of their /proc link.
    private struct Identity: Hashable {
        let device: UInt
        let inode: UInt

        /// The namespace of the thread group's leader, which never leaves the one that the process was started in.
        static func ofProcess() throws(KernelHarnessError) -> Identity { try at("/proc/self/ns/net") }

        static func ofThread() throws(KernelHarnessError) -> Identity { try at("/proc/thread-self/ns/net") }

        private static func at(_ path: String) throws(KernelHarnessError) -> Identity {
            var status = stat()
            try SystemCall.check("stat \(path)") { unsafe Int(stat(path, &status)) }
            return Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
        }
    }
}
