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
}
