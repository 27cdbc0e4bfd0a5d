import Diagnostics
import Selectors
import Testing

@testable import Resources

struct StoredMetadataTests {
    private func policy(_ name: String, annotation: String?, tier: String = "default") -> MarkedManifest {
        let annotations = annotation.map { ", annotations: {projectcalico.org/metadata: '\($0)', a: b}" } ?? ""
        return MarkedManifest(
            "apiVersion: crd.projectcalico.org/v1\nkind: GlobalNetworkPolicy\n"
                + "metadata: {name: \(name), labels: {x: own}\(annotations)}\n"
                + "spec: {tier: \(tier), types: [Ingress]}")
    }

    @Test(arguments: [
        ("default.p", nil, "default", "default.p"), ("default.p", "{}", "default", "p"), ("p", "{}", "default", "p"),
        ("app.p", "{}", "app", "app.p"), ("default.p", #"{"name": "q"}"#, "default", "q"),
    ])
    func names(_ name: String, _ annotation: String?, _ tier: String, _ expected: String) {
        let manifest = policy(name, annotation: annotation, tier: tier)
        #expect(manifest.snapshot.calicoPolicies.map(\.meta.name) == [expected])
    }

    @Test func labelsAndAnnotationsAreMerged() throws {
        let manifest = policy(
            "p", annotation: #"{"labels": {"x": "stored", "y": "z"}, "annotations": {"c": "d"}}"#)
        let meta = try #require(manifest.snapshot.calicoPolicies.first?.meta)
        #expect(meta.labels == ["x": "stored", "y": "z"])
        #expect(meta.annotations == ["a": "b", "c": "d"])
    }

    @Test func unreadable() {
        let manifest = policy("p", annotation: "{")
        #expect(manifest.diagnostics.contains { $0.severity == .error && $0.fieldPath == "metadata.annotations" })
        #expect(manifest.snapshot.calicoPolicies.isEmpty)
    }
}
