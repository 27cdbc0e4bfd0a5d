import Diagnostics
import ManifestReading
import NetTypes
import Resources
import Testing

/// Manifests of a planned change: policies become staged, the rest is taken where it is new.
@Suite struct PlannedChangeTests {
    private func decode(_ current: String, planned: String) -> (snapshot: ClusterSnapshot, diagnostics: [Diagnostic]) {
        var sources = SourceMap()
        let manifests = [current, planned].enumerated().map { index, text in
            ManifestReader.read(bytes: Array(text.utf8), file: sources.add("\(index).yaml"))
        }
        return ResourceDecoder.decode(manifests: [manifests[0]], planned: [manifests[1]], sources: sources)
    }

    private func object(_ apiVersion: String, _ kind: String, _ metadata: String, _ spec: String = "{}") -> String {
        "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {\(metadata)}\nspec: \(spec)"
    }

    @Test func policiesBecomeStagedBesideTheEnforcedOnes() {
        let policies = [
            object("networking.k8s.io/v1", "NetworkPolicy", "name: x, namespace: a", "{podSelector: {}}"),
            object("projectcalico.org/v3", "NetworkPolicy", "name: x, namespace: a"),
            object("projectcalico.org/v3", "GlobalNetworkPolicy", "name: x"),
            object("projectcalico.org/v3", "StagedGlobalNetworkPolicy", "name: z", "{stagedAction: Delete}"),
        ].joined(separator: "\n---\n")
        let decoded = decode(policies, planned: policies)
        #expect(decoded.snapshot.kubernetesPolicies.map(\.stagedAction) == [nil, .set])
        #expect(
            decoded.snapshot.calicoPolicies.map { "\($0.isGlobal) \($0.stagedAction?.rawValue ?? "enforced")" }
                == ["true enforced", "true Set", "true Delete", "false enforced", "false Set"])
        // The staged object is one object, defined twice.
        #expect(decoded.diagnostics.map(\.id).filter { $0 != "empty-policy" } == ["duplicate-object"])
        #expect(
            decoded.snapshot.text.split(separator: "\n") == [
                "NetworkPolicy (Kubernetes) a/x  # 0.yaml:1", "StagedKubernetesNetworkPolicy (Set) a/x  # 1.yaml:1",
                "GlobalNetworkPolicy x  # 0.yaml:11", "StagedGlobalNetworkPolicy (Set) x  # 1.yaml:11",
                "StagedGlobalNetworkPolicy (Delete) z  # 1.yaml:16",
                "NetworkPolicy (Calico) a/x  # 0.yaml:6", "StagedNetworkPolicy (Set) a/x  # 1.yaml:6",
            ])
    }

    @Test func otherObjectsAreTakenWhereTheyAreNew() {
        func set(_ name: String, _ net: String) -> String {
            object("projectcalico.org/v3", "GlobalNetworkSet", "name: \(name)", "{nets: [\(net)]}")
        }
        let decoded = decode(
            set("x", "192.0.2.0/24"), planned: "\(set("x", "198.51.100.0/24"))\n---\n\(set("z", "203.0.113.0/24"))")
        #expect(
            decoded.snapshot.networkSets.flatMap(\.nets).map(\.value.description) == ["192.0.2.0/24", "203.0.113.0/24"])
        #expect(
            decoded.diagnostics.map { "\($0.severity.rawValue) \($0.id) \($0.location?.line ?? 0)" }
                == ["note planned-object 6", "warning planned-duplicate 1"])
    }

    @Test func kindsWithoutStagedFormAreRefused() {
        let policy = object(
            "policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy", "name: x",
            "{tier: Admin, priority: 1, subject: {namespaces: {}}, ingress: []}")
        let decoded = decode("", planned: policy)
        #expect(decoded.snapshot.clusterPolicies.isEmpty)
        #expect(decoded.diagnostics.map { "\($0.severity.rawValue) \($0.id)" } == ["error no-staged-kind"])
        #expect(decoded.diagnostics.first?.message.contains("ClusterNetworkPolicy") == true)
    }
}
