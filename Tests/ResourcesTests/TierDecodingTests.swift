import Testing

@testable import Resources

struct TierDecodingTests {
    private func tier(_ name: String, _ spec: String) -> MarkedManifest {
        MarkedManifest("apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: \(name)}\nspec: \(spec)")
    }

    @Test func values() {
        #expect(tier("app", "{}").snapshot.tiers.map(\.defaultAction) == [.deny])
        #expect(tier("app", "{}").snapshot.tiers.map(\.order) == [nil])
        #expect(tier("app", "{order: 1.5, defaultAction: Pass}").snapshot.tiers.map(\.defaultAction) == [.pass])
        #expect(tier("app", "{order: -1}").snapshot.tiers.map(\.order) == [-1])
    }

    @Test(arguments: [
        ("app", "{defaultAction: ▸pass}", "spec.defaultAction unsupported-value"),
        ("app", "{defaultAction: ▸\"\"}", "spec.defaultAction unsupported-value"),
        ("app", "{order: ▸\"5\"}", "spec.order wrong-type"), ("app", "{▸orders: 5}", "spec.orders unknown-field"),
        ("▸a.b", "{}", "metadata.name invalid-value"), ("▸App", "{}", "metadata.name invalid-value"),
        ("default", "{order: ▸10}", "spec.order built-in-tier"),
        ("default", "{defaultAction: ▸Pass}", "spec.defaultAction built-in-tier"),
        ("kube-admin", "{order: 1000, defaultAction: ▸Deny}", "spec.defaultAction built-in-tier"),
        ("kube-admin", "▸{order: 1000}", "spec.defaultAction built-in-tier"),
        ("kube-baseline", "▸{defaultAction: Pass}", "spec.order built-in-tier"),
    ])
    func refused(_ name: String, _ spec: String, _ expected: String) {
        let manifest = tier(name, spec)
        #expect(manifest.found == manifest.expected("error \(expected)"))
        #expect(manifest.snapshot.tiers.isEmpty)
    }

    @Test(arguments: [
        ("default", "{}"), ("default", "{order: 1000000, defaultAction: Deny}"),
        ("kube-admin", "{order: 1000, defaultAction: Pass}"),
        ("kube-baseline", "{order: 10000000, defaultAction: Pass}"),
    ])
    func builtInTiersAsTheyAre(_ name: String, _ spec: String) { #expect(tier(name, spec).found == []) }

    @Test func nameLength() {
        #expect(tier(String(repeating: "a", count: 63), "{}").found == [])
        #expect(
            tier(String(repeating: "a", count: 64), "{}").found.map(\.text) == ["error metadata.name invalid-value"])
    }
}
