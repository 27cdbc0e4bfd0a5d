import NetTypes
import NetworkTopology
import PolicyIR
import Testing

/// FelixConfiguration of the cluster and of single nodes.
struct SettingsResolutionTests {
    @Test("A node that refuses VXLAN again refuses the cluster's port")
    func vxlanPortSurvivesOverlay() {
        let resolved = ResolvedText(
            """
            apiVersion: projectcalico.org/v3
            kind: FelixConfiguration
            metadata: {name: default}
            spec: {vxlanPort: 8472, allowVXLANPacketsFromWorkloads: true}
            ---
            apiVersion: projectcalico.org/v3
            kind: FelixConfiguration
            metadata: {name: node.n1}
            spec: {allowVXLANPacketsFromWorkloads: false}
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: n1}
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: n2}
            """)
        #expect(resolved.cluster.topology.nodes.map(\.name) == ["n1", "n2"])
        #expect(resolved.cluster.nodeSettings.map(\.refusedVXLANPort) == [8472, nil])
    }

    private static let nodes = """
        apiVersion: v1
        kind: Node
        metadata: {name: n1}
        ---
        apiVersion: v1
        kind: Node
        metadata: {name: n2}
        """

    private func felix(_ name: String, _ spec: String) -> String {
        "apiVersion: projectcalico.org/v3\nkind: FelixConfiguration\nmetadata: {name: \(name)}\nspec: \(spec)\n---\n"
    }

    @Test("Service ranges are those of the default BGPConfiguration, unless a node's prevention is off")
    func serviceLoopPrefixes() {
        func bgp(_ name: String, _ spec: String) -> String {
            "apiVersion: projectcalico.org/v3\nkind: BGPConfiguration\nmetadata: {name: \(name)}\nspec: \(spec)\n---\n"
        }
        let ranges =
            "{serviceClusterIPs: [{cidr: 10.96.0.0/12}], serviceExternalIPs: [{cidr: 203.0.113.0/24}], "
            + "serviceLoadBalancerIPs: [{cidr: 'fd00:5::/64'}]}"
        func prefixes(_ documents: String) -> [[String]] {
            ResolvedText(documents + Self.nodes).cluster.nodeSettings
                .map { $0.serviceLoopPrefixes.map(\.description) }
        }
        let all = ["10.96.0.0/12", "203.0.113.0/24", "fd00:5::/64"]
        #expect(prefixes(bgp("default", ranges)) == [all, all])
        #expect(prefixes(bgp("node.n1", ranges)) == [[], []])
        #expect(prefixes(felix("node.n1", "{serviceLoopPrevention: Disabled}") + bgp("default", ranges)) == [[], all])
        #expect(prefixes(felix("default", "{serviceLoopPrevention: reject}") + bgp("default", ranges)) == [all, all])
    }

    @Test func ipv6Support() {
        let documents = felix("default", "{ipv6Support: false}") + felix("node.n2", "{ipv6Support: true}")
        #expect(ResolvedText(documents + Self.nodes).cluster.nodeSettings.map(\.policesIPv6) == [false, true])
        #expect(ResolvedText(Self.nodes).cluster.nodeSettings.map(\.policesIPv6) == [true, true])
    }
}
