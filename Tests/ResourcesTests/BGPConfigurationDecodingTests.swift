import NetTypes
import Testing

@testable import Resources

struct BGPConfigurationDecodingTests {
    private func configuration(_ spec: String, name: String = "default") -> MarkedManifest {
        MarkedManifest(
            "apiVersion: projectcalico.org/v3\nkind: BGPConfiguration\nmetadata: {name: \(name)}\nspec: \(spec)")
    }

    @Test func serviceRanges() throws {
        let manifest = configuration(
            "{asNumber: 64512, serviceClusterIPs: [{cidr: 10.96.0.0/12}], serviceExternalIPs: [{cidr: 192.0.2.9}], "
                + "serviceLoadBalancerIPs: [{cidr: 203.0.113.7/24}]}")
        #expect(manifest.found == [])
        let prefixes = try #require(manifest.snapshot.bgpConfigurations.first).servicePrefixes
        #expect(prefixes.map(\.description) == ["10.96.0.0/12", "192.0.2.9/32", "203.0.113.0/24"])
    }

    @Test(arguments: [
        ("{serviceClusterIPs: [{cidr: ▸x}]}", "error spec.serviceClusterIPs[0].cidr invalid-value"),
        ("{serviceClusterIPs: [▸{}]}", "error spec.serviceClusterIPs[0].cidr required-value"),
        ("{serviceClusterIPs: ▸10.96.0.0/12}", "error spec.serviceClusterIPs wrong-type"),
        ("{▸serviceClusterIP: []}", "warning spec.serviceClusterIP unknown-field"),
    ])
    func findings(_ spec: String, _ expected: String) {
        let manifest = configuration(spec)
        #expect(manifest.found == manifest.expected(expected))
        #expect(manifest.snapshot.bgpConfigurations.isEmpty == expected.hasPrefix("error"))
    }

    @Test func rangesThatFelixDoesNotRead() {
        let manifest = configuration("{serviceExternalIPs: ▸[{cidr: 10.0.0.0/8}]}", name: "node.n1")
        #expect(manifest.found == manifest.expected("warning spec.serviceExternalIPs unused-configuration"))
        #expect(configuration("{asNumber: 64513}", name: "node.n1").found == [])
    }
}
