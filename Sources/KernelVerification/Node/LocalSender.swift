import CLinuxShims
import Glibc

/// Sends packets as a process of the node does: they meet the output hook, the route decides the interface.
///
/// The whole IP packet is given (`IPPROTO_RAW`); its source need not be an address of the node. Packets carry `mark`,
/// by which the observer tells them from packets of the kernel's own.
final class LocalSender {
    private let v4: Descriptor
    private let v6: Descriptor

    /// Opens the sockets in the calling thread's namespace. Needs CAP_NET_RAW and CAP_NET_ADMIN.
    init(mark: UInt32) throws(KernelHarnessError) {
        let v4 = try Self.open(AF_INET, mark)
        let v6 = try Self.open(AF_INET6, mark)
        self.v4 = v4
        self.v6 = v6
    }

    /// Sends an IPv4 or IPv6 packet of at least header length. EPERM is the answer for a packet that a rule dropped.
    func send(_ packet: [UInt8]) -> Result<Int, SystemCall.Failure> {
        packet[0] >> 4 == 4 ? send4(packet) : send6(packet)
    }

    private func send4(_ packet: [UInt8]) -> Result<Int, SystemCall.Failure> {
        var to = sockaddr_in()
        to.sin_family = sa_family_t(AF_INET)
        unsafe withUnsafeMutableBytes(of: &to.sin_addr) { unsafe $0.copyBytes(from: packet[16..<20]) }
        return SystemCall.attempt {
            unsafe withUnsafePointer(to: &to) { address in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    unsafe packet.withUnsafeBytes {
                        unsafe sendto(
                            v4.raw, $0.baseAddress, $0.count, 0, address, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
            }
        }
    }

    private func send6(_ packet: [UInt8]) -> Result<Int, SystemCall.Failure> {
        var to = sockaddr_in6()
        to.sin6_family = sa_family_t(AF_INET6)
        unsafe withUnsafeMutableBytes(of: &to.sin6_addr) { unsafe $0.copyBytes(from: packet[24..<40]) }
        return SystemCall.attempt {
            unsafe withUnsafePointer(to: &to) { address in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    unsafe packet.withUnsafeBytes {
                        unsafe sendto(
                            v6.raw, $0.baseAddress, $0.count, 0, address, socklen_t(MemoryLayout<sockaddr_in6>.size))
                    }
                }
            }
        }
    }

    private static func open(_ family: Int32, _ mark: UInt32) throws(KernelHarnessError) -> Descriptor {
        let descriptor = try Descriptor("raw socket of the node") { dp_open_raw_sender(family) }
        let raw = descriptor.raw
        for (option, value) in [(SO_MARK, Int32(bitPattern: mark)), (SO_SNDBUFFORCE, 4 << 20)] {
            var value = value
            try SystemCall.check("setsockopt on a raw socket") {
                unsafe Int(setsockopt(raw, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<Int32>.size)))
            }
        }
        return descriptor
    }
}
