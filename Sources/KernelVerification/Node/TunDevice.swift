import CLinuxShims
import Glibc

/// A TUN device: a written packet arrives on it as from the wire (IP header first). What the kernel sends out of it is
/// left in its queue, which drops when full: verdicts are observed before that.
final class TunDevice {
    let name: String
    let index: Int32
    private let descriptor: Descriptor

    /// Makes the device in the calling thread's namespace, still down. Needs CAP_NET_ADMIN and /dev/net/tun.
    init(name: String) throws(KernelHarnessError) {
        let descriptor = try Descriptor("TUN device \(name)") { unsafe dp_open_tun(name) }
        let index = unsafe if_nametoindex(name)
        guard index > 0 else { throw .system(operation: "if_nametoindex \(name)", errno: errno) }
        self.name = name
        self.index = Int32(clamping: index)
        self.descriptor = descriptor
    }

    /// Lets the packet arrive. The kernel has judged it when this returns.
    func inject(_ packet: [UInt8]) -> Result<Int, SystemCall.Failure> {
        SystemCall.attempt {
            unsafe packet.withUnsafeBytes { unsafe write(descriptor.raw, $0.baseAddress, $0.count) }
        }
    }
}
