public import NetTypes

/// Ports that stay open on host endpoints whatever policy says (calico.md 1.8, 4.4).
public struct Failsafes: Sendable, Hashable {
    public struct Port: Sendable, Hashable {
        public var proto: IPProtocol
        public var port: UInt16
        /// The remote side, which limits the port to its family; `nil` is any address.
        public var net: IPPrefix?
        public init(proto: IPProtocol, port: UInt16, net: IPPrefix? = nil) {
            self.proto = proto
            self.port = port
            self.net = net
        }
    }

    /// Ports of the node.
    public var inbound: [Port]
    /// Ports of others that the node talks to.
    public var outbound: [Port]

    public init(inbound: [Port], outbound: [Port]) {
        self.inbound = inbound
        self.outbound = outbound
    }

    private static let shared = [179, 2379, 2380, 5473, 6443, 6666, 6667].map { Port(proto: .tcp, port: $0) }

    /// Felix's own lists (config_params.go).
    public static let `default` = Failsafes(
        inbound: [Port(proto: .tcp, port: 22), Port(proto: .udp, port: 68)] + shared,
        outbound: [Port(proto: .udp, port: 53), Port(proto: .udp, port: 67)] + shared)

    /// Whether a packet that enters (`ingress`) or leaves the node is let through.
    ///
    /// - Parameter replies: the packet may also be the answer of a failsafe of the other direction, told by its source
    ///   port: before connection tracking nothing else can tell.
    public func admit(_ key: FlowKey, _ direction: Direction, replies: Bool) -> Bool {
        guard key.transport == .ports else { return false }
        let remote = direction == .ingress ? key.source : key.destination
        let (own, other) = direction == .ingress ? (inbound, outbound) : (outbound, inbound)
        return Failsafes.list(own, key.proto, key.destinationPort, remote)
            || (replies && Failsafes.list(other, key.proto, key.sourcePort, remote))
    }

    private static func list(_ ports: [Port], _ proto: IPProtocol, _ port: UInt16, _ remote: IPAddress) -> Bool {
        ports.contains { $0.proto == proto && $0.port == port && ($0.net?.contains(remote) ?? true) }
    }
}
