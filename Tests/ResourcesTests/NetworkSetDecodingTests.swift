import Diagnostics
import NetTypes
import Selectors
import Testing

@testable import Resources

struct NetworkSetDecodingTests {
    @Test func netsOfAnyForm() throws {
        let manifest = MarkedManifest(
            """
            apiVersion: projectcalico.org/v3
            kind: NetworkSet
            metadata: {name: s, labels: {a: b}}
            spec:
              nets: [10.0.0.1/8, 10.0.0.0, "2001:db8::1/32", 0.0.0.0/0, ▸""]
            """)
        #expect(manifest.found == manifest.expected("warning spec.nets[4] empty-net"))
        let set = try #require(manifest.snapshot.networkSets.first)
        #expect(!set.isGlobal && set.meta.namespace == "default" && set.meta.labels["a"] == "b")
        #expect(
            set.nets.map(\.value.description) == ["10.0.0.0/8", "10.0.0.0/32", "2001:db8::/32", "0.0.0.0/0"])
    }

    @Test func refused() {
        let manifest = MarkedManifest(
            """
            apiVersion: projectcalico.org/v3
            kind: GlobalNetworkSet
            metadata:
              name: s
              labels: {▸projectcalico.org/namespace: x, ▸pcns.env: prod}
            spec:
              nets: [▸any, ▸10.0.0.0/33, 10.0.0.0/8, ▸10.0.0.0/8, ▸5]
              ▸net: x
            """)
        #expect(
            manifest.found
                == manifest.expected(
                    "error metadata.labels reserved-label-refused", "warning metadata.labels reserved-label",
                    "error spec.nets[0] invalid-value", "error spec.nets[1] invalid-value",
                    "error spec.nets[3] duplicate-value", "error spec.nets[4] wrong-type",
                    "error spec.net unknown-field"))
        #expect(manifest.snapshot.networkSets.isEmpty)
    }

    @Test func wrongShape() {
        let manifest = MarkedManifest(
            "apiVersion: projectcalico.org/v3\nkind: NetworkSet\nmetadata: {name: s}\nspec: {nets: ▸10.0.0.0/8}")
        #expect(manifest.found == manifest.expected("error spec.nets wrong-type"))
        #expect(manifest.diagnostics.first?.hint == "write it as a list: [10.0.0.0/8]")
    }
}
