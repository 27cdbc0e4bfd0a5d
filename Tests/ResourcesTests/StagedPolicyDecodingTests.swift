import Diagnostics
import Testing

@testable import Resources

struct StagedPolicyDecodingTests {
    private func staged(_ kind: String, _ spec: String) -> MarkedManifest {
        MarkedManifest("▸apiVersion: projectcalico.org/v3\nkind: \(kind)\nmetadata: {name: p}\nspec: \(spec)")
    }

    @Test(arguments: [
        ("StagedNetworkPolicy", "{types: [Ingress]}"),
        ("StagedNetworkPolicy", "{stagedAction: Learn, ingress: [{action: Allow}]}"),
        ("StagedNetworkPolicy", "{stagedAction: '', tier: app}"),
        ("StagedNetworkPolicy", "{stagedAction: Delete, tier: app}"),
        ("StagedGlobalNetworkPolicy", "{namespaceSelector: has(a), applyOnForward: false, selector: all()}"),
        ("StagedKubernetesNetworkPolicy", "{stagedAction: Ignore, podSelector: {}}"),
        ("StagedKubernetesNetworkPolicy", "{stagedAction: Delete, podSelector: {}}"),
    ])
    func accepted(_ kind: String, _ spec: String) {
        let manifest = staged(kind, spec)
        #expect(!manifest.found.contains { $0.text.hasPrefix("error") })
        #expect(manifest.snapshot.calicoPolicies.count + manifest.snapshot.kubernetesPolicies.count == 1)
    }

    @Test(arguments: [
        ("StagedNetworkPolicy", "{stagedAction: set}", "spec.stagedAction unsupported-value"),
        ("StagedNetworkPolicy", "{stagedAction: Delete, selector: all()}", "spec.stagedAction forbidden"),
        ("StagedNetworkPolicy", "{stagedAction: Delete, types: []}", "spec.stagedAction forbidden"),
        (
            "StagedKubernetesNetworkPolicy", "{stagedAction: Delete, policyTypes: [Egress]}",
            "spec.stagedAction forbidden"
        ),
        ("StagedNetworkPolicy", "{ingress: [{action: allow}]}", "spec.ingress[0].action unsupported-value"),
        ("StagedKubernetesNetworkPolicy", "{policyTypes: [Ingress, Ingress]}", "spec.policyTypes[1] duplicate-value"),
        (
            "StagedKubernetesNetworkPolicy", "{ingress: [{ports: [{port: 80, endPort: 79}]}]}",
            "spec.ingress[0].ports[0].endPort invalid-value"
        ),
    ])
    func refused(_ kind: String, _ spec: String, _ expected: String) {
        #expect(staged(kind, spec).found.map(\.text).filter { $0.hasPrefix("error") } == ["error \(expected)"])
    }

    /// The API checks protocol and port name of a staged Kubernetes policy less than those of an enforced one.
    @Test func lenientPorts() {
        let manifest = staged(
            "StagedKubernetesNetworkPolicy",
            "{ingress: [{ports: [{protocol: ICMP}, {port: \"HTTP\"}, {port: 0}]}]}")
        #expect(
            manifest.found.map(\.text) == [
                "warning spec.ingress[0].ports[0].protocol staged-protocol",
                "warning spec.ingress[0].ports[1].port invalid-value",
                "warning spec.ingress[0].ports[2].port invalid-value",
            ])
    }

    @Test func keepsItsAction() throws {
        let manifest = staged("StagedKubernetesNetworkPolicy", "{stagedAction: Learn, podSelector: {}}")
        #expect(manifest.diagnostics == [])
        #expect(try #require(manifest.snapshot.kubernetesPolicies.first).stagedAction == .learn)
    }
}
