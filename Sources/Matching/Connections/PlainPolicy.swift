import Classification
import NetTypes
import NetworkTopology

/// What policy says of plain packets: who is asked, and the decisions at both ends.
struct PlainPolicy: Sendable {
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

    /// What both ends say of a packet.
    typealias Decisions = (egress: TableEntry, ingress: TableEntry)

    /// Whether those ends that are asked have decided.
    @inline(__always) func isDecided(
        _ decisions: Decisions, from source: PlainRecord, to destination: PlainRecord
    ) -> Bool {
        if source.isAsked(only: only) {
            if decisions.egress.site == nil { return false }
            if decisions.egress.denies { return true }
        }
        return !destination.isAsked(only: only) || decisions.ingress.site != nil
    }

    /// Of a new packet. `nil`: nothing decides.
    func decisions(
        _ packet: PlainPacket, from source: PlainRecord, to destination: PlainRecord
    ) -> Decisions? {
        let key = packet.key
        var egress = TableEntry.notAsked
        var ingress = TableEntry.notAsked
        if source.isAsked(only: only) {
            let outcome = matcher.outcome(matcher.endpoints[Int(source.endpoint)].egress, key)
            guard let site = outcome.site else { return nil }
            egress = TableEntry(accepts: outcome.accepts, site)
        }
        if destination.isAsked(only: only) {
            let outcome = matcher.outcome(matcher.endpoints[Int(destination.endpoint)].ingress, key)
            guard let site = outcome.site else { return nil }
            ingress = TableEntry(accepts: outcome.accepts, site)
        }
        return Decisions(egress, ingress)
    }
}
