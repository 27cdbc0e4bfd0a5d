import Selectors
import Testing

@testable import Resources

struct NamespaceDecodingTests {
    @Test func nameLabelIsAlwaysThere() throws {
        let manifest = MarkedManifest("apiVersion: v1\nkind: Namespace\nmetadata: {name: prod, labels: {env: p}}")
        #expect(manifest.found == [])
        let namespace = try #require(manifest.snapshot.namespaces.first)
        #expect(namespace.meta.labels == ["env": "p", "kubernetes.io/metadata.name": "prod"])
        #expect(namespace.meta.namespace == nil)
    }

    @Test func nameLabelCannotBeChanged() {
        let manifest = MarkedManifest(
            "apiVersion: v1\nkind: Namespace\nmetadata: ▸{name: a, labels: {kubernetes.io/metadata.name: b}}")
        #expect(manifest.found == manifest.expected("warning metadata label-overridden"))
        #expect(manifest.snapshot.namespaces.map { $0.meta.labels["kubernetes.io/metadata.name"] } == ["a"])
    }

    @Test func namesAreLabels() {
        let manifest = MarkedManifest("apiVersion: v1\nkind: Namespace\nmetadata: {name: ▸a.b}")
        #expect(manifest.found == manifest.expected("error metadata.name invalid-value"))
    }

    @Test func serviceAccount() {
        let manifest = MarkedManifest(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sa, labels: {a: b}}\nsecrets: [{name: x}]")
        #expect(manifest.found == [])
        #expect(manifest.snapshot.serviceAccounts.map(\.meta.qualifiedName) == ["default/sa"])
    }
}
