import NetTypes
import NetworkTopology
import PolicyTesting

/// Which cases can be put before the kernel: packets that reach its forward, input and output hooks. The engine puts
/// them there untracked, which policy does not tell from new.
struct KernelReach: Sendable {
    let topology: Topology

    init(_ topology: Topology) { self.topology = topology }

    func includes(_ request: EngineRequest) -> Bool {
        [.new, .untracked].contains(request.state) && isPath(request) && isRoutable(request.key)
    }

    /// The kernel chooses the way out by the destination, and a packet comes in where its source is; neither is so for
    /// interfaces without endpoint. What a node sends to itself meets no hook of ours.
    private func isPath(_ request: EngineRequest) -> Bool {
        let visit = request.visit
        let natural = topology.visit(visit.node, request.key.source, request.key.destination)
        return visit == natural && !(visit.from == .host && visit.to == .host)
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
