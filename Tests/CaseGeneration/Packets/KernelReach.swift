import NetTypes
import NetworkTopology
import PolicyTesting

/// Which cases can be put before the kernel: packets that reach our hooks and that connection tracking takes for what the
/// case says. The engine puts new ones there untracked, which policy does not tell from new; translated and invalid ones
/// go through connection tracking.
///
/// Left out are cases of established connections, ends behind interfaces without endpoint (the kernel chooses the way out
/// by the destination, and a packet comes in where its source is), and packets that the kernel drops by itself.
struct KernelReach: Sendable {
    let topology: Topology

    init(_ topology: Topology) { self.topology = topology }

    func includes(_ request: EngineRequest) -> Bool {
        let original = request.key.untranslated(request.visit.translation)
        return isState(request) && isPath(request) && isRoutable(request.key) && isRoutable(original)
    }

    private func isPath(_ request: EngineRequest) -> Bool {
        let visit = request.visit
        var natural = topology.visit(visit.node, request.key.source, request.key.destination)
        // A pod can send what it likes.
        if case .workload = visit.from { natural.from = visit.from }
        natural.translation = visit.translation
        return visit == natural && [visit.from, visit.to].allSatisfy { !$0.isUnknown }
    }

    // MARK: Connection tracking

    private func isState(_ request: EngineRequest) -> Bool {
        switch (request.state, request.visit.translation) {
        case (.new, .none), (.untracked, .none): true
        case (.new, .destination(_, let port, _)):
            opensConnection(request.key)
                && (request.key.transport != .ports || (port > 0 && request.key.destinationPort > 0))
        case (.invalid, .none): isInvalid(request.key)
        default: false
        }
    }

    /// Whether such a packet is the first of a connection, whose destination can be replaced.
    private func opensConnection(_ key: FlowKey) -> Bool {
        switch key.transport {
        case .ports: [.tcp, .udp].contains(key.proto)
        case .icmp: key.icmpType == (key.family == .v4 ? 8 : 128)
        case .opaque, .unreadable: false
        }
    }

    /// ICMP that neither asks nor, in IPv6, is left alone (nf_conntrack_proto_icmp.c, nf_conntrack_proto_icmpv6.c).
    private func isInvalid(_ key: FlowKey) -> Bool {
        guard key.transport == .icmp else { return false }
        return key.family == .v4
            ? ![8, 13, 15, 17].contains(key.icmpType)
            : ![128, 139, 143, 151, 152].contains(key.icmpType) && !(130...137).contains(key.icmpType)
    }

    // MARK: Packets that the kernel drops before any hook of ours (linux.md 3)

    private func isRoutable(_ key: FlowKey) -> Bool {
        key.family == .v4
            ? Self.isRoutableV4Source(key.source) && Self.isRoutableV4Destination(key.destination)
            : Self.isRoutableV6(key.source) && Self.isRoutableV6(key.destination)
    }

    private static func isRoutableV4Source(_ address: IPAddress) -> Bool {
        let first = address.bits >> 24
        return first != 0 && first != 127 && first < 224
    }

    private static func isRoutableV4Destination(_ address: IPAddress) -> Bool {
        let first = address.bits >> 24
        return first != 0 && first != 127 && !(224...239).contains(first) && address.bits != 0xffff_ffff
    }

    /// Not `::`, `::1`, IPv4-mapped, link-local or multicast.
    private static func isRoutableV6(_ address: IPAddress) -> Bool {
        let bits = address.bits
        return bits > 1 && bits >> 32 != 0xffff && bits >> 118 != 0xfe80 >> 6 && bits >> 120 != 0xff
    }
}

extension Attachment {
    fileprivate var isUnknown: Bool { if case .unknownWorkload = self { true } else { false } }
}
