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
    /// Packets of tunnels pass when the other end is a node.
    ///
    /// - Parameter end: the remote one.
    mutating func tunnelAccepts(_ tunnels: Tunnels, between end: PacketEnd) -> [NftRule] {
        tunnels.kinds.map { family, name, matches in
            let known = NftMatch.lookup([.address(family, end)], .equal, set: nodeSet(family))
            return fixed(matches + [known], .accept, .tunnelOfKnownHost, "\(name) between nodes")
        }
    }

    /// Behind them: what comes to the node from others.
    func tunnelDrops(_ tunnels: Tunnels) -> [NftRule] {
        tunnels.kinds.map { _, name, matches in
            fixed(matches, .drop, .tunnelOfUnknownHost, "\(name) from no node")
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
