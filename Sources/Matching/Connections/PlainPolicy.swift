import Classification
import NetTypes
import NetworkTopology

/// What policy says of plain packets: who is asked, and the decisions at both ends.
struct PlainPolicy: Sendable {
    /// A decision of one end: the site (upper 30 bits), and 1 (accepted) or 2 (dropped); 0: not asked.
    struct Entry {
        let raw: UInt32
        @inline(__always) init(raw: UInt32) { self.raw = raw }
        @inline(__always) init(_ site: UInt32, accepts: Bool) { raw = site << 2 | (accepts ? 1 : 2) }
        @inline(__always) var site: UInt32 { raw >> 2 }
        @inline(__always) var accepts: Bool { raw & 3 == 1 }
    }

    let addresses: PlainAddresses
    private let matcher: Matcher
    /// By node: whether packets without a connection that can have none are dropped.
    let dropsInvalid: [Bool]
    /// Whether some node asks policy about those.
    let asksOfInvalid: Bool
    /// UDP packets to this port are not plain; 65,536: none are.
    let tunnelPort: UInt32
    /// The node that is emulated alone; -1: every one.
    let only: Int32
    /// Packets between two ends of which none is judged pass no node for certain.
    let ignoresOutside: Bool

    /// `nil` where nodes differ in what is plain.
    init?(_ tree: MatchTree, _ matcher: Matcher, only: NodeIndex?) {
        var ports: Set<UInt16> = []
        for node in matcher.nodes {
            if node.refusedVXLANPort >= 0 { ports.insert(UInt16(truncatingIfNeeded: node.refusedVXLANPort)) }
            if node.tunnels.vxlan4 { ports.insert(node.tunnels.vxlanPort) }
        }
        guard ports.count <= 1 else { return nil }
        tunnelPort = ports.first.map { UInt32($0) } ?? 65_536
        self.matcher = matcher
        addresses = PlainAddresses(tree, matcher.nodes)
        dropsInvalid = matcher.nodes.map(\.dropsInvalid)
        asksOfInvalid = dropsInvalid.contains(false)
        self.only = only.map { Int32(truncatingIfNeeded: $0.value) } ?? -1
        ignoresOutside = tree.topology.outsideInterfaces.isEmpty || (only == nil && matcher.nodes.count != 1)
    }

    /// Of a new packet. `nil`: nothing decides.
    func decisions(
        _ packet: PlainPacket, from source: PlainRecord, to destination: PlainRecord
    ) -> (egress: Entry, ingress: Entry)? {
        let key = packet.key
        var egress = Entry(raw: 0)
        var ingress = Entry(raw: 0)
        if source.isAsked(only: only) {
            let outcome = matcher.outcome(matcher.endpoints[Int(source.endpoint)].egress, key)
            guard let site = outcome.site else { return nil }
            egress = Entry(site.value, accepts: outcome.accepts)
        }
        if destination.isAsked(only: only) {
            let outcome = matcher.outcome(matcher.endpoints[Int(destination.endpoint)].ingress, key)
            guard let site = outcome.site else { return nil }
            ingress = Entry(site.value, accepts: outcome.accepts)
        }
        return (egress, ingress)
    }
}
