public import NetTypes

/// One side of a packet's way through a node.
@frozen public enum Attachment: Hashable, Sendable {
    /// The interface of a workload endpoint of this node.
    case workload(EndpointIndex)
    /// An interface with a workload prefix but no endpoint behind it (calico.md 4.3).
    case unknownWorkload(interface: String)
    /// The node itself: a local process or a local address.
    case host
    /// An interface that leads outside.
    case outside(interface: String)
}

/// A packet's passage through one node: what policy of that node is asked about. The input of every engine.
@frozen public struct Visit: Hashable, Sendable {
    public var node: NodeIndex
    public var from: Attachment
    /// Where it goes, after translation.
    public var to: Attachment
    /// How the node translates the packet's destination; the key of a translated packet is the translated one.
    public var translation: Translation

    @inlinable public init(
        node: NodeIndex, from: Attachment, to: Attachment, translation: Translation = .none
    ) {
        self.node = node
        self.from = from
        self.to = to
        self.translation = translation
    }
}

/// What destination translation (kube-proxy's) does to a packet at a node.
@frozen public enum Translation: Hashable, Sendable {
    case none
    /// The destination is replaced; untracked and preDNAT policy see the original one.
    case destination(original: IPAddress, port: UInt16, to: Attachment)
    /// An answer in a connection whose destination was replaced.
    case answer
}

extension FlowKey {
    /// The packet before translation: what raw and mangle PREROUTING see.
    public func untranslated(_ translation: Translation) -> FlowKey {
        guard case .destination(let address, let port, _) = translation else { return self }
        var key = self
        key.destination = address
        if key.transport == .ports { key.destinationPort = port }
        return key
    }
}

extension Topology {
    /// The nodes that a packet passes, in order, as the whole cluster is emulated. Empty when both ends are outside:
    /// no emulated node sees it.
    ///
    /// Addresses are those that policy sees: after service translation.
    public func visits(from source: IPAddress, to destination: IPAddress) -> [Visit] {
        let from = owner(of: source)
        let to = owner(of: destination)
        let sourceNode = node(of: from)
        let destinationNode = node(of: to)
        guard sourceNode != destinationNode || sourceNode == nil else {
            return [visit(sourceNode!, source, destination)]
        }
        return [sourceNode, destinationNode].compactMap { $0 }.map { visit($0, source, destination) }
    }

    /// A packet's passage through one given node, wherever its ends are.
    public func visit(_ node: NodeIndex, _ source: IPAddress, _ destination: IPAddress) -> Visit {
        Visit(node: node, from: attachment(of: source, at: node), to: attachment(of: destination, at: node))
    }

    private func attachment(of address: IPAddress, at node: NodeIndex) -> Attachment {
        attachment(of: address, ownedBy: owner(of: address), at: node)
    }

    /// How a node reaches an address.
    public func attachment(of address: IPAddress, ownedBy owner: Owner, at node: NodeIndex) -> Attachment {
        switch owner {
        case .endpoint(let index) where endpoints[index.value].node == node: .workload(index)
        case .node(let index) where index == node: .host
        case .refused(let index) where refused[index].node == node:
            .unknownWorkload(interface: refused[index].interface)
        case .endpoint, .node, .refused, .outside: .outside(interface: interface(toward: address))
        }
    }
}
