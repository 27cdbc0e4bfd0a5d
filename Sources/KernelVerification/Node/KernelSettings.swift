import Glibc

/// The sysctls under which a namespace forwards packets of TUN devices and judges them by its rules alone.
enum KernelSettings {
    /// Written before any device exists, so that `default` takes effect.
    static let ofNamespace: [(path: String, value: String)] = [
        ("net/ipv4/ip_forward", "1"),
        ("net/ipv6/conf/all/disable_ipv6", "0"),
        ("net/ipv6/conf/default/disable_ipv6", "0"),
        ("net/ipv6/conf/all/forwarding", "1"),
        ("net/ipv6/conf/default/forwarding", "1"),
        // The kernel's own source check would drop before any rule; Calico has its rule for that.
        ("net/ipv4/conf/all/rp_filter", "0"),
        ("net/ipv4/conf/default/rp_filter", "0"),
        // No packets of the kernel's own: no redirects, no link-local addresses, no duplicate address detection.
        ("net/ipv4/conf/all/send_redirects", "0"),
        ("net/ipv4/conf/default/send_redirects", "0"),
        ("net/ipv6/conf/default/addr_gen_mode", "1"),
        ("net/ipv6/conf/all/accept_dad", "0"),
        ("net/ipv6/conf/default/accept_dad", "0"),
    ]

    /// Exists once connection tracking is in use: packets with wrong transport checksums are not `invalid`.
    static let ofConnectionTracking = ("net/netfilter/nf_conntrack_checksum", "0")

    /// Writes one setting of the calling thread's namespace.
    static func write(_ path: String, _ value: String) throws(KernelHarnessError) {
        let file = try Descriptor("open /proc/sys/\(path)") { unsafe open("/proc/sys/\(path)", O_WRONLY | O_CLOEXEC) }
        let bytes = Array(value.utf8)
        try SystemCall.check("write /proc/sys/\(path)") {
            unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file.raw, $0.baseAddress, $0.count) }
        }
    }
}
