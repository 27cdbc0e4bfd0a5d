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
        if addresses.contains(key.source) || hasRouteForAll(key) { return .own }
        return .foreign
    }

    /// Packets that the kernel's check lets pass whatever the routes are (net/ipv4/netfilter/nft_fib_ipv4.c,
    /// net/ipv6/netfilter/nft_fib_ipv6.c): link-local ones, and address configuration from the unspecified address.
    private func hasRouteForAll(_ key: FlowKey) -> Bool {
        let isUnspecified = key.source.bits == 0
        switch key.family {
        case .v4: return isUnspecified && SourceCheck.localIPv4.contains { $0.contains(key.destination) }
        case .v6:
            let isLocal = SourceCheck.localIPv6.contains { $0.contains(key.destination) }
            return SourceCheck.linkLocal.contains(key.source) || (isUnspecified && key.proto == .icmpv6 && isLocal)
        }
    }
}

extension SourceCheck {
    /// 255.255.255.255 and 224.0.0.0/24.
    fileprivate static let localIPv4 = [
        IPPrefix(host: IPAddress(v4: .max)), IPPrefix(IPAddress(v4: 0xe000_0000), length: 24),
    ]
    fileprivate static let linkLocal = IPPrefix(IPAddress(v6: 0xfe80 << 112), length: 10)
    /// Link-local addresses and link-local multicast (ff02::/16).
    fileprivate static let localIPv6 = [linkLocal, IPPrefix(IPAddress(v6: 0xff02 << 112), length: 16)]
}
