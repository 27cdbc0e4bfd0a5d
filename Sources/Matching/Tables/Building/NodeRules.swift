import Classification
import NetTypes
import NetworkTopology

/// What a node does to a pod's packets before policy, as far as it can differ from node to node (calico.md 4.6).
struct NodeRules: Hashable {
    /// UDP port that pods may not send to; `nil`: they may.
    var refusedVXLANPort: UInt16?
    var refusesIPIP: Bool
    /// UDP port of a tunnel that is kept out of connection tracking: tables don't answer for it.
    var untrackedPort: UInt16?

    init(_ node: FrozenNode, _ family: IPFamily, _ direction: Direction) {
        let sends = direction == .egress
        refusedVXLANPort = sends && node.refusedVXLANPort >= 0 ? UInt16(truncatingIfNeeded: node.refusedVXLANPort) : nil
        refusesIPIP = sends && node.refusesIPIP
        let isUntracked = family == .v4 ? node.tunnels.vxlan4 : node.tunnels.vxlan6
        untrackedPort = isUntracked ? node.tunnels.vxlanPort : nil
    }

    /// Rules to ask before all others.
    func rules<Number>(_ templates: inout RuleTemplates<Number>) -> [TableRule] {
        var rules: [TableRule] = []
        func append(_ services: ServiceSet, _ site: FixedSite, isUncertain: Bool = false) {
            rules.append(
                TableRule(
                    action: .deny, site: site.id.value, services: templates.intern(services), isUncertain: isUncertain,
                    ownIn: [], ownNotIn: [], peerIn: [], peerNotIn: [], named: nil))
        }
        if let port = untrackedPort {
            append(ServiceSet(ServiceNumber.number(.udp, port)), .notPoliced, isUncertain: true)
        }
        if let port = refusedVXLANPort { append(ServiceSet(ServiceNumber.number(.udp, port)), .encapsulationVXLAN) }
        if refusesIPIP { append(ServiceSet(ProtocolSet(.ipip)), .encapsulationIPIP) }
        return rules
    }
}
