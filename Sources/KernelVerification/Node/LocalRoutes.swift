import Glibc
import NetTypes

/// Waits until the namespace takes its own IPv6 addresses for its own.
///
/// The kernel makes the local route of an IPv6 address in a work queue, even without duplicate address detection
/// (addrconf_dad_work, net/ipv6/addrconf.c): until then it forwards packets to that address.
enum LocalRoutes {
    private static let table = "/proc/thread-self/net/ipv6_route"
    /// 0.2 ms between looks, 10 s in all.
    private static let interval: UInt32 = 200
    private static let looks = 50_000

    static func wait(for addresses: [IPAddress]) throws(KernelHarnessError) {
        let wanted = addresses.filter { $0.family == .v6 }.map(prefixText)
        guard !wanted.isEmpty else { return }
        for _ in 0..<looks {
            let local = try localPrefixes()
            if wanted.allSatisfy(local.contains) { return }
            usleep(interval)
        }
        throw .noAnswer("the kernel did not make the local routes of the node's IPv6 addresses")
    }

    /// The first two columns of the table: destination and prefix length, hexadecimal.
    private static func prefixText(_ address: IPAddress) -> String {
        address.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + " 80"
    }

    /// Destinations of the routes with RTF_LOCAL (linux/ipv6_route.h) among their flags, the ninth column.
    private static func localPrefixes() throws(KernelHarnessError) -> Set<String> {
        let localFlag: UInt32 = 0x8000_0000
        let lines = String(decoding: try read(table), as: UTF8.self).split(separator: "\n")
        return Set(
            lines.compactMap { line in
                let columns = line.split(separator: " ")
                guard columns.count >= 9, let flags = UInt32(columns[8], radix: 16), flags & localFlag != 0 else {
                    return nil
                }
                return "\(columns[0]) \(columns[1])"
            })
    }

    private static func read(_ path: String) throws(KernelHarnessError) -> [UInt8] {
        let file = try Descriptor("open \(path)") { unsafe open(path, O_RDONLY | O_CLOEXEC) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try SystemCall.check("read \(path)") {
                unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(file.raw, $0.baseAddress, $0.count) }
            }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }
}
