import NetTypes
import NftablesInterpreter
import TestSupport

/// What the kernel knew about the packets of a truth case beside their bytes: devices, routes, connection state.
struct TruthWorld {
    private let indices: [String: UInt32]
    private let routes: [String: [IPPrefix]]
    private let packets: TruthPacket

    init(_ truth: TruthCase) {
        let uplink = ["0.0.0.0/0", "::/0"].compactMap { IPPrefix($0) }
        let second = ["198.18.0.0/24"].compactMap { IPPrefix($0) }
        routes = Dictionary(truth.pods.map { ($0.interface, $0.addresses.map { IPPrefix(host: $0) }) }) { a, b in a + b
        }
        .merging(["eth0": uplink, "eth1": second]) { _, fixed in fixed }
        indices = Dictionary(uniqueKeysWithValues: routes.keys.sorted().enumerated().map { ($1, UInt32($0) + 2) })
        packets = TruthPacket(truth)
    }

    /// The packet of a probe that opens a conversation.
    func packet(of probe: TruthProbe) throws -> PacketContext {
        let (routes, indices) = (routes, indices)
        return try PacketContext(
            packets.bytes(of: probe), input: interface(probe.in), output: interface(probe.out),
            connection: Self.connection(of: probe)
        ) { query in
            let candidates = routes.flatMap { name, prefixes in
                prefixes.filter { $0.contains(query.address) }.map { (name: name, length: $0.length) }
            }
            guard let best = candidates.max(by: { $0.length < $1.length }) else { return .none }
            return .interface(.init(best.name, index: indices[best.name] ?? 0))
        }
    }

    private func interface(_ name: String) -> PacketContext.Interface? {
        name == "local" ? nil : .init(name, index: indices[name] ?? 0)
    }

    static func hooks(of probe: TruthProbe) -> [Hook] {
        probe.isLocal ? Hook.sent : probe.out == "local" ? Hook.delivered : Hook.forwarded
    }

    /// conntrack.md, "Without entry", for the packets that `TruthPacket` builds.
    private static func connection(of probe: TruthProbe) -> PacketContext.Connection {
        let type = probe.icmpType ?? 0
        switch probe.proto.text {
        case "ICMP": return [8, 13, 15, 17].contains(type) ? .tracked(.new) : .invalid
        case "ICMPv6" where (130...136).contains(type) || type == 143: return .untracked
        case "ICMPv6": return [128, 139].contains(type) ? .tracked(.new) : .invalid
        default: return .tracked(.new)
        }
    }
}
