import Testing

@testable import Resources

struct IPPoolDecodingTests {
    private func pool(_ spec: String) -> MarkedManifest {
        MarkedManifest("apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: p}\nspec: \(spec)")
    }

    @Test(arguments: [
        ("{cidr: 10.0.0.0/16}", false, false), ("{cidr: 10.0.0.0/16, vxlanMode: Always, ipipMode: Never}", true, false),
        ("{cidr: 10.0.0.0/16, ipipMode: CrossSubnet, natOutgoing: true, nodeSelector: all()}", false, true),
        ("{cidr: 'fd00::/64', vxlanMode: CrossSubnet}", true, false),
        ("{cidr: 10.0.0.0/28, disabled: true}", false, false),
    ])
    func pools(_ spec: String, _ vxlan: Bool, _ ipip: Bool) throws {
        let manifest = pool(spec)
        #expect(manifest.found == [])
        let pool = try #require(manifest.snapshot.ipPools.first)
        #expect(pool.usesVXLAN == vxlan && pool.usesIPIP == ipip)
    }

    @Test(arguments: [
        ("▸{}", "spec.cidr required-value"), ("{cidr: ▸x}", "spec.cidr invalid-value"),
        ("{cidr: ▸10.0.0.1/16}", "spec.cidr invalid-value"), ("{cidr: ▸10.0.0.0/28}", "spec.cidr invalid-value"),
        ("{cidr: ▸169.254.0.0/17}", "spec.cidr invalid-value"),
        ("{cidr: 10.0.0.0/8, vxlanMode: ▸always}", "spec.vxlanMode unsupported-value"),
        ("{cidr: 10.0.0.0/8, vxlanMode: Always, ipipMode: ▸Always}", "spec.ipipMode forbidden"),
        ("{cidr: 'fd00::/64', ipipMode: ▸Always}", "spec.ipipMode forbidden"),
        ("{cidr: 10.0.0.0/8, blockSize: ▸33}", "spec.blockSize invalid-value"),
        ("{cidr: 10.0.0.0/8, allowedUses: [▸Pods]}", "spec.allowedUses[0] unsupported-value"),
    ])
    func refused(_ spec: String, _ expected: String) {
        let manifest = pool(spec)
        #expect(manifest.found == manifest.expected("error \(expected)"))
        #expect(manifest.snapshot.ipPools.isEmpty)
    }
}
