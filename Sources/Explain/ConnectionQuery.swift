public import Classification
public import NetTypes
public import NetworkTopology

/// "May this packet pass?": a new packet between two ends, before service translation.
public struct ConnectionQuery: Sendable {
    public var source: QueryEnd
    public var destination: QueryEnd
    public var proto: IPProtocol
    /// `nil` for protocols without ports, and for "any port".
    public var port: UInt16?
    public var sourcePort: UInt16
    public var icmp: ICMPMatch?
    public var family: IPFamily?
    /// The node that judges alone; `nil`: every node on the way judges its side.
    public var node: NodeIndex?

    public init(
        source: QueryEnd, destination: QueryEnd, proto: IPProtocol, port: UInt16?, sourcePort: UInt16 = 40_000,
        icmp: ICMPMatch? = nil, family: IPFamily? = nil
    ) {
        self.source = source
        self.destination = destination
        self.proto = proto
        self.port = port
        self.sourcePort = sourcePort
        self.icmp = icmp
        self.family = family
    }

    /// One packet as policy sees it, and the nodes that it passes.
    public struct Packet: Sendable {
        /// Behind translation.
        public var key: FlowKey
        public var legs: [Leg]
        /// As it was sent, where a service's address was translated.
        public var sent: FlowKey?
        /// Set when the packet was sent to a service.
        public var service: String?
    }

    public enum Plan: Sendable {
        /// A pod to its own address.
        case samePod
        /// One packet, or one per backend of a service.
        case packets([Packet])
        case serviceWithoutBackends(String)
    }

    /// Addresses, translation and path of the question.
    public func plan(_ tree: MatchTree) throws(QueryError) -> Plan {
        let topology = tree.topology
        if case .service(let name) = destination { return try plan(service: name, tree) }
        let family = try commonFamily(topology)
        guard let from = source.address(topology, family: family),
            let to = destination.address(topology, family: family)
        else { throw QueryError(message: "the two ends have no address of one IP version") }
        let key = key(from: from, to: to, port: port ?? 0)
        if let entry = tree.services.entry(for: key) { return plan(entry, key, tree) }
        if from == to, case .endpoint = topology.owner(of: from) { return .samePod }
        let visits = node.map { [topology.visit($0, from, to)] } ?? topology.visits(from: from, to: to)
        return .packets([Packet(key: key, legs: visits.map { Leg(visit: $0, key: key) })])
    }

    private func plan(service name: String, _ tree: MatchTree) throws(QueryError) -> Plan {
        let frontends = tree.services.entries.filter { $0.value.service == name && $0.key.proto == proto }
            .filter { port == nil || $0.key.port == port }
            .filter { family == nil || $0.key.address.family == family }
            .sorted { a, b in
                (a.value.kind.rank, a.key.address, a.key.port) < (b.value.kind.rank, b.key.address, b.key.port)
            }
        guard let (frontend, entry) = frontends.first else {
            throw QueryError(message: "service \(name) has no \(proto) port \(port.map(String.init) ?? "")")
        }
        guard let from = source.address(tree.topology, family: frontend.address.family) else {
            throw QueryError(message: "the source has no address of the service's IP version")
        }
        return plan(entry, key(from: from, to: frontend.address, port: frontend.port), tree)
    }

    private func plan(_ entry: ServiceTable.Entry, _ key: FlowKey, _ tree: MatchTree) -> Plan {
        let backends = tree.topology.backends(of: entry, key)
        guard !backends.isEmpty else { return .serviceWithoutBackends(entry.service) }
        return .packets(
            backends.map { backend in
                var translated = key
                translated.destination = backend.address
                translated.destinationPort = backend.port
                let legs = tree.topology.legs(key, to: backend, of: entry)
                return Packet(
                    key: translated, legs: legs.filter { node == nil || $0.visit.node == node }, sent: key,
                    service: entry.service)
            })
    }

    private func commonFamily(_ topology: Topology) throws(QueryError) -> IPFamily? {
        if let family { return family }
        for family in [IPFamily.v4, .v6]
        where source.address(topology, family: family) != nil && destination.address(topology, family: family) != nil {
            return family
        }
        throw QueryError(message: "the two ends have no address of one IP version")
    }

    private func key(from: IPAddress, to: IPAddress, port: UInt16) -> FlowKey {
        if let icmp, proto == .icmp(of: to.family) {
            return .icmp(from: from, to: to, type: icmp.type, code: icmp.code ?? 0)
        }
        if proto == .icmp(of: to.family) {
            return .icmp(from: from, to: to, type: to.family == .v4 ? 8 : 128, code: 0)
        }
        guard proto.hasPorts, self.port != nil || proto == .udplite else { return .opaque(proto, from: from, to: to) }
        return .ports(proto, from: from, sourcePort, to: to, port)
    }
}

extension ServiceTable.Kind {
    /// A question about a service by name means its cluster address first.
    fileprivate var rank: Int {
        switch self {
        case .clusterIP: 0
        case .external: 1
        case .nodePort: 2
        }
    }
}
