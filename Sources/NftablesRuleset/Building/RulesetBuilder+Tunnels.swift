import Classification
import NetTypes
import NetworkTopology

extension Tunnels {
    var isOn: Bool { ipip || vxlan4 || vxlan6 }

    /// What tells the packets of each tunnel that is on from others.
    fileprivate var kinds: [(family: IPFamily, name: String, matches: [NftMatch])] {
        func vxlan(_ family: IPFamily) -> (IPFamily, String, [NftMatch]) {
            (
                family, "VXLAN",
                [
                    .family(family), .l4proto(.equal, .udp),
                    .port(.destination, .equal, PortRange(vxlanPort)),
                ]
            )
        }
        return (ipip ? [(.v4, "IP in IP", [.family(.v4), .l4proto(.equal, .ipip)])] : [])
            + (vxlan4 ? [vxlan(.v4)] : []) + (vxlan6 ? [vxlan(.v6)] : [])
    }
}

/// Tunnels between nodes, which policy of host endpoints does not touch (calico.md 4.6).
extension RulesetBuilder {
    /// To the node (`ingress`): those of known nodes pass, those of others are dropped. From it: those to known nodes pass.
    mutating func tunnelRules(_ tunnels: Tunnels, _ direction: Direction) -> [NftRule] {
        tunnels.kinds.flatMap { family, name, matches in
            let end: PacketEnd = direction == .ingress ? .source : .destination
            let known = NftMatch.lookup([.address(family, end)], .equal, set: nodeSet(family))
            let accept = fixed(matches + [known], .accept, .tunnelOfKnownHost, "\(name) between nodes")
            guard direction == .ingress else { return [accept] }
            return [accept, fixed(matches, .drop, .tunnelOfUnknownHost, "\(name) from no node")]
        }
    }

    /// VXLAN is kept out of connection tracking where it is on.
    func untrackedTunnels(_ tunnels: Tunnels) -> [NftRule] {
        tunnels.kinds.filter { $0.name == "VXLAN" }.map { NftRule($0.matches.map(NftStatement.match) + [.notrack]) }
    }

    private mutating func nodeSet(_ family: IPFamily) -> String {
        let name = "cali\(family.rawValue)-nodes"
        let addresses = Set(tree.topology.nodes.flatMap(\.addresses)).filter { $0.family == family }.sorted()
        sets.add(
            NftSet(
                name: name, contents: .addresses(family, addresses), origin: "addresses of the cluster's nodes"))
        return name
    }
}
