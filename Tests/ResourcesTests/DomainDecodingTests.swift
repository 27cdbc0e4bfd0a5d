import Diagnostics
import NetTypes
import Testing

@testable import Resources

/// `destination.domains`, a field of the commercial edition.
@Suite struct DomainDecodingTests {
    private func policy(
        _ spec: String, kind: String = "NetworkPolicy", apiVersion: String = "projectcalico.org/v3",
        edition: Edition = .enterprise
    ) -> MarkedManifest {
        let namespace = kind.contains("Global") ? "" : ", namespace: a"
        return MarkedManifest(
            "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: p\(namespace)}\nspec: \(spec)", edition: edition
        )
    }

    @Test(
        "Enforced and staged, namespaced and global",
        arguments: ["NetworkPolicy", "GlobalNetworkPolicy", "StagedNetworkPolicy", "StagedGlobalNetworkPolicy"])
    func kinds(_ kind: String) throws {
        let manifest = policy(
            """
            {types: [Egress], egress: [{action: Allow, protocol: TCP,
              destination: {domains: [API.example.com., '*.example.org'], ports: [443]}}]}
            """, kind: kind)
        #expect(manifest.found == [])
        let rule = try #require(manifest.snapshot.calicoPolicies.first?.egress.first)
        #expect(rule.destination.domains.map(\.value.text) == ["api.example.com", "*.example.org"])
        #expect(rule.destination.domains.map(\.location.line) == [5, 5])
    }

    @Test func openSourceKnowsNoDomains() {
        let manifest = policy(
            "{egress: [{action: Allow, destination: {▸domains: [a.b]}}]}", edition: .opensource)
        #expect(manifest.found == manifest.expected("error spec.egress[0].destination.domains unknown-field"))
        #expect(manifest.snapshot.calicoPolicies.isEmpty)
        let misspelled = policy("{egress: [{action: Allow, destination: {▸domain: [a.b]}}]}", edition: .opensource)
        #expect(misspelled.diagnostics.first?.hint == nil)
        let inEnterprise = policy("{egress: [{action: Allow, destination: {▸domain: [a.b]}}]}")
        #expect(inEnterprise.diagnostics.first?.hint?.contains("domains") == true)
    }

    @Test func storageForm() {
        let manifest = policy(
            "{egress: [{action: Allow, destination: {domains: [a.b]}}]}", apiVersion: "crd.projectcalico.org/v1")
        #expect(manifest.diagnostics.map(\.id) == ["storage-form"])
        #expect(manifest.snapshot.calicoPolicies.first?.egress.first?.destination.domains.count == 1)
    }

    @Test(
        "Only where they stand for destinations that are allowed",
        arguments: [
            ("{egress: [{action: Deny, destination: {domains: ▸[a.b]}}]}", "egress[0].destination"),
            ("{egress: [{action: Pass, destination: {domains: ▸[a.b]}}]}", "egress[0].destination"),
            ("{egress: [{action: Log, destination: {domains: ▸[a.b]}}]}", "egress[0].destination"),
            ("{egress: [{action: Allow, source: {domains: ▸[a.b]}}]}", "egress[0].source"),
            ("{ingress: [{action: Allow, destination: {domains: ▸[a.b]}}]}", "ingress[0].destination"),
            ("{ingress: [{action: Allow, source: {domains: ▸[a.b]}}]}", "ingress[0].source"),
        ])
    func places(_ spec: String, _ end: String) {
        let manifest = policy(spec)
        #expect(manifest.found == manifest.expected("error spec.\(end).domains forbidden"))
        #expect(manifest.snapshot.calicoPolicies.isEmpty)
    }

    @Test(
        "Not beside what picks addresses otherwise",
        arguments: [
            "selector: all()", "notSelector: all()", "namespaceSelector: all()", "serviceAccounts: {names: [x]}",
            "nets: [10.0.0.0/8]", "notNets: [10.0.0.0/8]",
        ])
    func companions(_ other: String) {
        let manifest = policy("{egress: [{action: Allow, destination: {\(other), domains: ▸[a.b]}}]}")
        #expect(manifest.found == manifest.expected("error spec.egress[0].destination.domains forbidden"))
    }

    @Test func servicesStandAloneToo() {
        let manifest = policy("{egress: [{action: Allow, destination: {services: {name: s}, domains: ▸[a.b]}}]}")
        #expect(manifest.found.contains { $0.text == "error spec.egress[0].destination.domains forbidden" })
    }

    @Test func profilesHaveNone() {
        let manifest = MarkedManifest(
            """
            apiVersion: projectcalico.org/v3
            kind: Profile
            metadata: {name: p}
            spec: {egress: [{action: Allow, destination: {domains: ▸[a.b]}}]}
            """, edition: .enterprise)
        #expect(manifest.found == manifest.expected("error spec.egress[0].destination.domains forbidden"))
    }

    @Test func badNames() {
        let manifest = policy(
            "{egress: [{action: Allow, destination: {domains: [▸'*', ok.example, ▸'a*.b', ▸a..b, ▸'']}}]}")
        #expect(
            manifest.found
                == manifest.expected(
                    "error spec.egress[0].destination.domains[0] invalid-value",
                    "error spec.egress[0].destination.domains[2] invalid-value",
                    "error spec.egress[0].destination.domains[3] invalid-value",
                    "error spec.egress[0].destination.domains[4] invalid-value"))
        #expect(manifest.snapshot.calicoPolicies.isEmpty)
    }

    @Test func anEmptyListIsNoCondition() {
        let manifest = policy("{egress: [{action: Deny, destination: {domains: [], nets: [10.0.0.0/8]}}]}")
        #expect(manifest.found == [])
    }
}
