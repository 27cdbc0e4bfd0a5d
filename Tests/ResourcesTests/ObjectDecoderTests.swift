import Diagnostics
import Testing

@testable import Resources

/// Keys: unknown, misspelled, in another case; and types of values.
struct ObjectDecoderTests {
    @Test func unknownFieldOfAPolicyRefusesIt() throws {
        let manifest = MarkedManifest(
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: p}
            spec:
              podSelector: {}
              ▸engress: [{}]
            """)
        #expect(manifest.found == manifest.expected("error spec.engress unknown-field"))
        #expect(manifest.diagnostics.first?.hint == "did you mean egress?")
        #expect(manifest.snapshot.kubernetesPolicies.isEmpty)
    }

    @Test func unknownFieldElsewhereIsAWarning() {
        let manifest = MarkedManifest(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: p
              ▸labls: {a: b}
            spec:
              ▸hostnetwork: true
            ▸stat: {}
            """)
        #expect(
            manifest.found
                == manifest.expected(
                    "warning metadata.labls unknown-field", "warning spec.hostnetwork unknown-field",
                    "warning stat unknown-field"))
        #expect(manifest.diagnostics.map(\.hint) == ["did you mean labels?", "did you mean hostNetwork?", nil])
        #expect(manifest.snapshot.pods.map(\.spec.hostNetwork) == [false])
    }

    @Test func calicoKeysMatchInAnyCaseWithAWarning() {
        let manifest = MarkedManifest(
            """
            apiVersion: projectcalico.org/v3
            kind: Tier
            metadata: {name: t}
            spec:
              ▸Order: 5
            """)
        #expect(manifest.found == manifest.expected("warning spec.Order key-case"))
        #expect(manifest.snapshot.tiers.map(\.order) == [5])
    }

    @Test func storageFormKeysMatchExactly() {
        let manifest = MarkedManifest(
            """
            apiVersion: ▸crd.projectcalico.org/v1
            kind: Tier
            metadata: {name: t}
            spec:
              ▸Order: 5
            """)
        #expect(
            manifest.found
                == manifest.expected("warning apiVersion storage-form", "error spec.Order unknown-field"))
    }

    @Test func oneFieldInTwoCasesIsAmbiguous() {
        let manifest = MarkedManifest(
            """
            apiVersion: projectcalico.org/v3
            kind: Tier
            metadata: {name: t}
            spec:
              order: 5
              ▸▸ORDER: 6
            """)
        #expect(
            manifest.found == manifest.expected("warning spec.ORDER key-case", "error spec.ORDER ambiguous-key"))
        #expect(manifest.snapshot.tiers.isEmpty)
    }

    @Test func wrongTypesStandAtTheValue() {
        let manifest = MarkedManifest(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: ▸n
              labels:
                version: ▸1.10
                tier: ▸yes
            spec:
              hostNetwork: ▸"true"
              containers: ▸{name: c}
            """)
        #expect(
            manifest.found
                == manifest.expected(
                    "error metadata.name wrong-type", "error metadata.labels wrong-type",
                    "error metadata.labels wrong-type", "error spec.hostNetwork wrong-type",
                    "error spec.containers wrong-type"))
        #expect(
            manifest.diagnostics.map(\.hint) == [
                "quote it: \"n\" (a plain n is a boolean in YAML 1.1)", "quote it: \"1.10\"",
                "quote it: \"yes\" (a plain yes is a boolean in YAML 1.1)", "write it without quotes: true", nil,
            ])
        #expect(manifest.snapshot.pods.isEmpty)
    }

    @Test func nullCountsAsAbsent() {
        let manifest = MarkedManifest(
            """
            apiVersion: projectcalico.org/v3
            kind: NetworkPolicy
            metadata: {name: p, labels: null}
            spec:
              order: null
              selector:
              types: ~
              ingress: null
              egress:
              - action: Allow
                source: null
            """)
        #expect(manifest.found == [])
        #expect(manifest.snapshot.calicoPolicies.map(\.governsEgress) == [true])
        #expect(manifest.snapshot.calicoPolicies.map(\.governsIngress) == [false])
    }

    @Test func refusalIsExplainedOnceAtTheFirstError() {
        let manifest = MarkedManifest(
            """
            apiVersion: projectcalico.org/v3
            kind: Tier
            metadata: {name: A}
            spec: {order: x}
            """)
        #expect(manifest.diagnostics.count == 2)
        #expect(
            manifest.diagnostics[0].message.hasSuffix(
                "; the tier is refused: its policies come after those of all other tiers, and end in deny"))
        #expect(manifest.diagnostics[1].message == "must be a number, not the string \"x\"")
    }
}
