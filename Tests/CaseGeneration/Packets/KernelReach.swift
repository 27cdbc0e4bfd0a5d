import NetTypes
import NetworkTopology
import PolicyTesting

/// Which cases can be put before the kernel: packets that reach its forward, input and output hooks with the state
/// that the case gives them.
struct KernelReach: Sendable {
    let topology: Topology

    init(_ topology: Topology) { self.topology = topology }

    /// Whether a packet of the request, built with an empty connection table, gets there.
    func includes(_ request: EngineRequest) -> Bool {
        isPath(request) && request.state == Self.state(of: request.key) && isRoutable(request.key)
    }

    /// The kernel chooses the way out by the destination, and a packet comes in where its source is; neither is so for
    /// interfaces without endpoint. What a node sends to itself meets no hook of ours.
    private func isPath(_ request: EngineRequest) -> Bool {
        let visit = request.visit
        let natural = topology.visit(visit.node, request.key.source, request.key.destination)
        return visit == natural && !(visit.from == .host && visit.to == .host)
    }

    // MARK: Connection tracking

    /// What the kernel calls a packet that it meets first and alone; `nil` where it depends on bytes that the key
    /// doesn't tell.
    static func state(of key: FlowKey) -> FlowState? {
        switch key.transport {
        case .unreadable: return nil
        case .ports: return key.proto == .dccp ? nil : .new
        case .icmp: return key.family == .v4 ? stateOfICMP(key.icmpType) : stateOfICMPv6(key.icmpType)
        case .opaque:
            switch (key.family, key.proto.rawValue) {
            // Extension headers, and "no next header": not what stands behind them.
            case (.v6, 0), (.v6, 43), (.v6, 44), (.v6, 51), (.v6, 59), (.v6, 60): return nil
            // The other family's ICMP.
            case (_, 1), (_, 58): return .invalid
            default: return .new
            }
        }
    }

    /// Echo, timestamp, information and address mask requests open connections; answers and errors to nothing don't.
    private static func stateOfICMP(_ type: UInt8) -> FlowState {
        [8, 13, 15, 17].contains(type) ? .new : .invalid
    }

    /// Echo and node information requests; neighbour discovery and listener reports are not tracked.
    private static func stateOfICMPv6(_ type: UInt8) -> FlowState {
        switch type {
        case 128, 139: .new
        case 130...136, 143: .untracked
        default: .invalid
        }
    }

    // MARK: Routing (packets that the kernel drops before any hook of ours)

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
