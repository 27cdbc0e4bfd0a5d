import NetTypes
import NetworkTopology

/// The emulated nodes that a packet passes, in order: at most two.
struct Itinerary {
    private var first: Visit?
    private var second: Visit?

    /// - Parameter only: the node that is emulated alone; `nil`: every node of the cluster.
    init(_ book: AddressBook, from source: IPAddress, to destination: IPAddress, only node: NodeIndex?) {
        let ends = Ends(book, source, destination)
        if let visit = ends.linkVisit(book) {
            first = node == nil || node == visit.node ? visit : nil
        } else if let node {
            first = ends.passage(node, book)
        } else if let sender = book.node(of: ends.from) {
            first = ends.visit(sender, book)
            if let receiver = book.node(of: ends.to), receiver != sender { second = ends.visit(receiver, book) }
        } else if let receiver = book.node(of: ends.to) {
            first = ends.visit(receiver, book)
        } else if book.nodeCount == 1 {
            first = ends.passage(NodeIndex(0), book)
        }
    }

    var isEmpty: Bool { first == nil }
    var count: Int { first == nil ? 0 : second == nil ? 1 : 2 }

    subscript(index: Int) -> Visit? { index == 0 ? first : second }
}

/// Both ends of a packet, looked up once.
private struct Ends {
    let source: IPAddress
    let destination: IPAddress
    let from: Topology.Owner
    let to: Topology.Owner

    init(_ book: AddressBook, _ source: IPAddress, _ destination: IPAddress) {
        self.source = source
        self.destination = destination
        from = book.owner(of: source)
        to = book.owner(of: destination)
    }

    func visit(_ node: NodeIndex, _ book: AddressBook) -> Visit {
        Visit(
            node: node, from: book.attachment(of: source, ownedBy: from, at: node),
            to: book.attachment(of: destination, ownedBy: to, at: node))
    }

    /// A node does not forward a packet back out of the interface that it came in by.
    func passage(_ node: NodeIndex, _ book: AddressBook) -> Visit? {
        let visit = visit(node, book)
        guard case .outside = visit.from, visit.from == visit.to else { return visit }
        return nil
    }

    /// What a pod sends to its link, or gets from a neighbour on it, is between the pod and its node: nothing else is
    /// on that link, and no node forwards it.
    func linkVisit(_ book: AddressBook) -> Visit? {
        if destination.staysOnLink, case .endpoint(let pod) = from, let node = book.node(of: from) {
            return Visit(node: node, from: .workload(pod), to: .host)
        }
        if source.staysOnLink, case .endpoint(let pod) = to, let node = book.node(of: to) {
            return Visit(node: node, from: .host, to: .workload(pod))
        }
        return nil
    }
}

extension IPAddress {
    /// IPv6 link-local, multicast of either family (nodes route none), and the IPv4 broadcast address.
    var staysOnLink: Bool {
        switch family {
        case .v4: bits >> 28 == 0xe || bits == 0xffff_ffff
        case .v6: bits >> 118 == 0xfe80 >> 6 || bits >> 120 == 0xff
        }
    }
}
