public import NetTypes

/// One node's part in a packet's way, with the addresses that its policy sees.
public struct Leg: Hashable, Sendable {
    public var visit: Visit
    public var key: FlowKey
    public init(visit: Visit, key: FlowKey) {
        self.visit = visit
        self.key = key
    }
}

extension Topology {
    /// The node that translates a packet to a service: the node whose address it is sent to, else that of the sender,
    /// else the backend's; `nil` when no emulated node does.
    public func translatingNode(_ key: FlowKey, _ backend: ServiceTable.Backend) -> NodeIndex? {
        if case .node(let node) = owner(of: key.destination) { return node }
        return node(of: owner(of: key.source)) ?? node(of: owner(of: backend.address))
    }

    /// The backends that a packet can be sent to.
    public func backends(of entry: ServiceTable.Entry, _ key: FlowKey) -> [ServiceTable.Backend] {
        guard entry.isLocal, owner(of: key.source) == .outside, case .node(let node) = owner(of: key.destination) else {
            return entry.backends
        }
        return entry.backends.filter { self.node(of: owner(of: $0.address)) == node }
    }

    /// The way of a packet to a service's address, sent on to one of the backends: the sender's node, the node that
    /// translates, the backend's node, as far as they are different ones.
    ///
    /// The backend's node sees the translating node's address as the source of what came from outside to an external
    /// address or node port (kube-proxy masquerades it), unless the service is `Local` (kubernetes.md 2).
    ///
    /// - Parameter node: the node that translates, where that is known.
    public func legs(
        _ key: FlowKey, to backend: ServiceTable.Backend, of entry: ServiceTable.Entry, at node: NodeIndex? = nil
    ) -> [Leg] {
        guard let translating = node ?? translatingNode(key, backend) else { return [] }
        var translated = key
        translated.destination = backend.address
        translated.destinationPort = backend.port
        var legs: [Leg] = []
        let sender = owner(of: key.source)
        if let first = self.node(of: sender), first != translating {
            legs.append(Leg(visit: visit(first, key.source, key.destination), key: key))
        }
        var visit = visit(translating, key.source, backend.address)
        visit.translation = .destination(
            original: key.destination, port: key.destinationPort,
            to: self.visit(translating, key.source, key.destination).to)
        legs.append(Leg(visit: visit, key: translated))
        if let last = self.node(of: owner(of: backend.address)), last != translating {
            if entry.kind != .clusterIP, !entry.isLocal, sender == .outside,
                let own = nodes[translating.value].addresses.first(where: { $0.family == key.family })
            {
                translated.source = own
            }
            legs.append(Leg(visit: self.visit(last, translated.source, backend.address), key: translated))
        }
        return legs
    }

    /// The way back of an answer to a packet that took `legs`.
    public static func answer(_ legs: [Leg]) -> [Leg] {
        legs.reversed().map { leg in
            let isTranslated = leg.visit.translation != .none
            return Leg(
                visit: Visit(
                    node: leg.visit.node, from: leg.visit.to, to: leg.visit.from,
                    translation: isTranslated ? .answer : .none),
                key: leg.key.reversed)
        }
    }

    func node(of owner: Owner) -> NodeIndex? {
        switch owner {
        case .endpoint(let index): endpoints[index.value].node
        case .node(let index): index
        case .refused(let index): refused[index].node
        case .outside: nil
        }
    }
}

extension FlowKey {
    /// The other direction.
    public var reversed: FlowKey {
        var key = self
        swap(&key.source, &key.destination)
        swap(&key.sourcePort, &key.destinationPort)
        return key
    }
}
