import Diagnostics
import NetTypes
import Selectors
import Testing

@testable import Resources

struct CalicoPolicyDecodingTests {
    private func policy(_ spec: String, kind: String = "NetworkPolicy") -> MarkedManifest {
        MarkedManifest("apiVersion: projectcalico.org/v3\nkind: \(kind)\nmetadata: {name: p}\n" + spec)
    }

    @Test func wholeGlobalPolicy() throws {
        let manifest = policy(
            """
            spec:
              tier: kube-admin
              order: 10.5
              selector: has(host)
              namespaceSelector: env == 'prod'
              serviceAccountSelector: has(sa)
              types: [Ingress]
              performanceHints: [AssumeNeededOnEveryNode]
              applyOnForward: false
              ingress:
              - action: Deny
            """, kind: "GlobalNetworkPolicy")
        #expect(manifest.found == [])
        let policy = try #require(manifest.snapshot.calicoPolicies.first)
        #expect(policy.isGlobal && policy.meta.namespace == nil && policy.stagedAction == nil)
        #expect(policy.tier.value == "kube-admin" && policy.order == 10.5)
        #expect(policy.selector?.value.canonicalText == "has(host)")
        #expect(policy.namespaceSelector != nil && policy.serviceAccountSelector != nil)
        #expect(policy.governsIngress && !policy.governsEgress)
        #expect(policy.ingress.map(\.action) == [.deny])
        #expect(policy.ingress.map(\.location.line) == [14])
    }

    @Test(arguments: [
        ("{selector: all()}", true, false), ("{ingress: [{action: Allow}]}", true, false),
        ("{egress: [{action: Allow}]}", false, true), ("{types: [], egress: [{action: Allow}]}", false, true),
        ("{ingress: [{action: Allow}], egress: [{action: Deny}]}", true, true), ("{types: [Egress]}", false, true),
    ])
    func typesDefaultByRules(_ spec: String, _ ingress: Bool, _ egress: Bool) throws {
        let policy = try #require(policy("spec: \(spec)").snapshot.calicoPolicies.first)
        #expect(policy.governsIngress == ingress)
        #expect(policy.governsEgress == egress)
    }

    @Test func storageFormHasBothTypesByDefault() throws {
        let manifest = MarkedManifest(
            """
            apiVersion: ▸crd.projectcalico.org/v1
            kind: NetworkPolicy
            metadata: {name: default.p, namespace: ns}
            spec: {egress: [{action: Allow}]}
            """)
        #expect(manifest.found == manifest.expected("warning apiVersion storage-form"))
        let policy = try #require(manifest.snapshot.calicoPolicies.first)
        #expect(policy.governsIngress && policy.governsEgress)
        #expect(policy.meta.name == "default.p")
    }

    @Test(arguments: ["o_k", "a..b", "a.b.c", "knp.default.x", "kcnp.x", "A"])
    func names(_ name: String) {
        let manifest = MarkedManifest(
            "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: ▸\(name)}\n"
                + "spec: {types: [Ingress]}"
        )
        #expect(manifest.found == manifest.expected("error metadata.name invalid-value"))
    }

    @Test func clusterKindsHaveNoNamespace() {
        let manifest = MarkedManifest(
            """
            apiVersion: projectcalico.org/v3
            kind: GlobalNetworkPolicy
            metadata: {name: p, namespace: ▸ns}
            spec: {types: [Ingress]}
            """)
        #expect(manifest.found == manifest.expected("error metadata.namespace cluster-scoped"))
    }

    @Test func refusedFields() {
        let manifest = policy(
            """
            spec:
              order: ▸"5"
              selector: ▸global() || has(a)
              serviceAccountSelector: ▸x == "global("
              types: [Ingress, ▸Ingress]
              performanceHints: [▸x]
              ▸policyTypes: [Ingress]
              ▸preDNAT: true
            """)
        #expect(
            manifest.found
                == manifest.expected(
                    "error spec.order wrong-type", "error spec.selector invalid-value",
                    "error spec.serviceAccountSelector invalid-value", "error spec.types[1] duplicate-value",
                    "error spec.performanceHints[0] unsupported-value", "error spec.policyTypes unknown-field",
                    "error spec.preDNAT unknown-field"))
        #expect(manifest.diagnostics[5].hint == "policyTypes is Kubernetes': Calico's field is types")
    }

    @Test func selectorsOfTheSubjectAreShort() {
        let long = "a == '\(String(repeating: "x", count: 1100))'"
        let manifest = policy(
            "spec:\n  selector: ▸\(long)\n  ingress:\n  - action: Allow\n    source: {selector: \"\(long)\"}")
        #expect(manifest.found == manifest.expected("error spec.selector too-long"))
    }

    @Test func hostPoliciesKeepTheirKind() throws {
        let manifest = policy(
            """
            spec:
              types: [Ingress]
              applyOnForward: true
              doNotTrack: true
            """, kind: "GlobalNetworkPolicy")
        #expect(manifest.diagnostics.isEmpty)
        let policy = try #require(manifest.snapshot.calicoPolicies.first)
        #expect(policy.doNotTrack && policy.applyOnForward && !policy.preDNAT)
    }

    @Test func preDNATHasItsOwnRules() {
        let manifest = policy(
            """
            spec:
              types: [Egress]
              preDNAT: true
              doNotTrack: true
              egress: [{action: Allow}]
            """, kind: "GlobalNetworkPolicy")
        #expect(
            manifest.diagnostics.map { "\($0.fieldPath) \($0.id)" } == [
                "spec.applyOnForward required-value", "spec.types forbidden", "spec.preDNAT forbidden",
                "spec.egress forbidden",
            ])
    }

    @Test func missingTierIsAWarning() {
        let manifest = policy("spec: {tier: ▸nowhere, types: [Ingress]}")
        #expect(manifest.found == manifest.expected("warning spec.tier missing-tier"))
        #expect(manifest.snapshot.calicoPolicies.count == 1)
    }

    /// Pattern 4 of the PicoCluster guide: three faults, each at its place, and nothing is left of the object.
    @Test func guidesPattern4() {
        let manifest = MarkedManifest(
            """
            apiVersion: ▸crd.projectcalico.org/v1
            kind: NetworkPolicy
            metadata: {name: allow-external-api, namespace: myapp}
            spec:
              selector: app == 'myapp'
              types: [Egress]
              egress:
              - action: Allow
                protocol: TCP
                destination:
                  ▸domains: [api.example.com]
                ▸ports: [443]
            """)
        #expect(
            manifest.found
                == manifest.expected(
                    "warning apiVersion storage-form", "error spec.egress[0].destination.domains unknown-field",
                    "error spec.egress[0].ports unknown-field"))
        #expect(manifest.diagnostics[1].hint?.hasPrefix("not in open-source Calico") == true)
        #expect(manifest.diagnostics[2].hint == "ports belongs under destination (or source)")
        #expect(manifest.snapshot.calicoPolicies.isEmpty)
    }
}
