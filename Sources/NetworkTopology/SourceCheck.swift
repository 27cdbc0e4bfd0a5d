public import NetTypes

/// Whether a packet out of a pod's interface comes from where its source address says (calico.md 4.6: the strict
/// reverse-path check of raw PREROUTING).
@frozen public enum SourceCheck: Sendable, Hashable {
    /// The kernel's route back leads through the interface.
    case own
    /// It does not, but the endpoint was given the address (allowedSourcePrefixes).
    case allowed
    /// Dropped.
    case foreign
}

extension Topology.Endpoint {
    public func check(_ key: FlowKey) -> SourceCheck {
        if allowedSourcePrefixes.contains(where: { $0.contains(key.source) }) { return .allowed }
        return addresses.contains(key.source) || SourceCheck.passesAnywhere(key) ? .own : .foreign
    }
}

extension SourceCheck {
    /// Packets that the kernel's check lets pass by any interface, whatever the routes are
    /// (net/ipv4/netfilter/nft_fib_ipv4.c, net/ipv6/netfilter/nft_fib_ipv6.c): link-local ones, and address
    /// configuration from the unspecified address.
    public static func passesAnywhere(_ key: FlowKey) -> Bool {
        let isUnspecified = key.source.bits == 0
        switch key.family {
        case .v4: return isUnspecified && localIPv4.contains { $0.contains(key.destination) }
        case .v6:
            let isLocal = localIPv6.contains { $0.contains(key.destination) }
            return linkLocal.contains(key.source) || (isUnspecified && key.proto == .icmpv6 && isLocal)
        }
    }

    /// 255.255.255.255 and 224.0.0.0/24.
    private static let localIPv4 = [
        IPPrefix(host: IPAddress(v4: .max)), IPPrefix(IPAddress(v4: 0xe000_0000), length: 24),
    ]
    private static let linkLocal = IPPrefix(IPAddress(v6: 0xfe80 << 112), length: 10)
    /// Link-local addresses and link-local multicast (ff02::/16).
    private static let localIPv6 = [linkLocal, IPPrefix(IPAddress(v6: 0xff02 << 112), length: 16)]
}
