import Diagnostics
import ManifestReading
import Testing

@testable import Resources

/// Documents, lists, identities.
struct ObjectWalkTests {
    @Test func listsNestAndLendTheirType() {
        let manifest = MarkedManifest(
            """
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: Namespace, metadata: {name: a}}
            - apiVersion: v1
              kind: PodList
              items:
              - {metadata: {name: p}}
              - {metadata: {name: q}, kind: Pod, apiVersion: v1}
            - {apiVersion: networking.k8s.io/v1, kind: NetworkPolicyList, items: null}
            """)
        #expect(manifest.found == [])
        #expect(manifest.snapshot.namespaces.map(\.meta.name) == ["a"])
        #expect(manifest.snapshot.pods.map(\.meta.name) == ["p", "q"])
    }

    @Test func itemsOfAnUntypedListNeedTheirOwnType() {
        let manifest = MarkedManifest(
            """
            apiVersion: v1
            kind: List
            items:
            - ▸metadata: {name: a}
            """)
        #expect(manifest.found == manifest.expected("error items[0].kind missing-kind"))
    }

    @Test func listsAreNotNestedForEver() {
        let deep = String(repeating: "{apiVersion: v1, kind: List, items: [", count: 100)
        let manifest = MarkedManifest("---\n" + deep + String(repeating: "]}", count: 100))
        #expect(manifest.diagnostics.map(\.id) == ["list-too-deep"])
    }

    @Test func fragmentsAreErrorsWithAPosition() {
        let manifest = MarkedManifest(
            """
            ---
            ▸labels: {a: b}
            ---
            ▸kind: Pod
            metadata: {name: p}
            ---
            apiVersion: v1
            kind: ▸5
            ---
            ▸just text
            ---
            # nothing
            """)
        #expect(
            manifest.found
                == manifest.expected(
                    "error kind missing-kind", "error apiVersion missing-kind", "error kind wrong-type",
                    "error not-an-object"))
    }

    @Test func kindsWithoutInfluenceAreCounted() {
        let manifest = MarkedManifest(
            """
            ---
            ▸{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
            ---
            {apiVersion: v1, kind: ConfigMap, data: {x: y}}
            ---
            ▸{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: a}}
            ---
            ▸{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a}}
            """)
        #expect(manifest.found == manifest.expected("note not-policy", "note not-policy", "note not-policy"))
        #expect(manifest.diagnostics.first?.message == "v1/ConfigMap is not policy, left aside: 2 objects")
        #expect(
            manifest.snapshot.notPolicy.map { "\($0.count) \($0.kind)" }
                == ["1 cilium.io/v2/CiliumNetworkPolicy", "1 networking.k8s.io/v1/Ingress", "2 v1/ConfigMap"])
    }

    @Test func laterDefinitionReplaces() throws {
        let manifest = MarkedManifest(
            """
            apiVersion: projectcalico.org/v3
            kind: Tier
            metadata: {name: t}
            spec: {order: 1}
            ---
            ▸apiVersion: projectcalico.org/v3
            kind: Tier
            metadata: {name: t}
            spec: {order: 2}
            """)
        #expect(manifest.found == manifest.expected("warning duplicate-object"))
        #expect(manifest.diagnostics.first?.message == "Tier t was already defined: this later definition replaces it")
        #expect(manifest.diagnostics.first?.notes.first?.location?.line == 1)
        #expect(manifest.snapshot.tiers.map(\.order) == [2])
    }

    /// As `kubectl apply` would leave it.
    @Test func aRefusedDefinitionReplacesNothing() {
        let manifest = MarkedManifest(
            """
            ---
            {apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: t}, spec: {order: 1}}
            ---
            {apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: t}, spec: {order: x}}
            """)
        #expect(manifest.diagnostics.map(\.id) == ["wrong-type"])
        #expect(manifest.snapshot.tiers.map(\.order) == [1])
    }

    @Test func storedAndAPIFormAreOneObject() {
        let manifest = MarkedManifest(
            """
            ---
            {apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: t}}
            ---
            {apiVersion: crd.projectcalico.org/v1, kind: Tier, metadata: {name: t}}
            """)
        #expect(Set(manifest.diagnostics.map(\.id)) == ["storage-form", "duplicate-object"])
    }

    @Test func orderDoesNotDependOnTheInput() {
        let documents = [("b", "x"), ("a", "z"), ("a", "x"), ("c", "a")].map {
            "apiVersion: v1\nkind: Pod\nmetadata: {name: \($0.1), namespace: \($0.0)}"
        }
        let forward = MarkedManifest(documents.joined(separator: "\n---\n"))
        let backward = MarkedManifest(documents.reversed().joined(separator: "\n---\n"))
        #expect(forward.snapshot.pods.map(\.meta.qualifiedName) == ["a/x", "a/z", "b/x", "c/a"])
        #expect(backward.snapshot.pods.map(\.meta.qualifiedName) == ["a/x", "a/z", "b/x", "c/a"])
    }

    @Test func severalFiles() throws {
        var sources = SourceMap()
        let manifests = ["a", "b"].map { name in
            let text = "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\": \"\(name)\"}}"
            return ManifestReader.read(bytes: Array(text.utf8), file: sources.add("\(name).json"))
        }
        let (snapshot, diagnostics) = ResourceDecoder.decode(manifests: manifests, sources: sources)
        #expect(diagnostics == [])
        #expect(snapshot.namespaces.map { snapshot.sources.lineText($0.meta.location) } == ["a.json:1", "b.json:1"])
    }
}
