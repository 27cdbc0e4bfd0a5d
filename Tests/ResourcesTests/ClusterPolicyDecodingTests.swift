import Diagnostics
import NetTypes
import Testing

@testable import Resources

struct ClusterPolicyDecodingTests {
    private let v1alpha1 = "policy.networking.k8s.io/v1alpha1"
    private let v1alpha2 = "policy.networking.k8s.io/v1alpha2"

    private func errors(_ kind: String, _ apiVersion: String, _ spec: String) -> [String] {
        MarkedManifest("apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: default}\nspec: \(spec)").diagnostics
            .filter { $0.severity == .error }.map { "\($0.fieldPath) \($0.id)" }
    }

    private func policy(_ kind: String, _ apiVersion: String, _ spec: String) throws -> ClusterPolicy {
        let object = try #require(DecodingProbe.decode(kind, apiVersion: apiVersion, spec: spec))
        guard case .clusterPolicy(let policy) = object else { throw NotAClusterPolicy() }
        return policy
    }

    private struct NotAClusterPolicy: Error {}

    private let base = "tier: Admin, priority: 10, subject: {namespaces: {}}"

    @Test func clusterNetworkPolicy() throws {
        let policy = try policy(
            "ClusterNetworkPolicy", v1alpha2,
            """
            {\(base), ingress: [{name: one, action: Accept, from: [{namespaces: {}}, {pods: {podSelector: {}}}],
              protocols: [{tcp: {destinationPort: {number: 80}}}, {udp: {destinationPort: {range: {start: 1, end: 9}}}},
              {destinationNamedPort: dns}]}], egress: [{action: Pass, to: [{networks: [10.0.0.1/8, "fd00::/8"]}]}]}
            """)
        #expect(policy.tier == .admin && policy.priority == 10 && policy.origin == .clusterNetworkPolicy)
        #expect(policy.subject == ClusterPolicy.PodSelection(namespaces: LabelSelector(), pods: nil))
        #expect(policy.ingress.map(\.action) == [.allow] && policy.egress.map(\.action) == [.pass])
        #expect(
            policy.ingress[0].ports.map(\.value) == [
                .range(.tcp, PortRange(80)), .range(.udp, PortRange(1, 9)), .name("dns"),
            ])
        guard case .selection(let pods) = policy.ingress[0].peers[1].value,
            case .networks(let networks) = policy.egress[0].peers[0].value
        else {
            Issue.record("a pods peer and a networks peer")
            return
        }
        #expect(pods.namespaces == nil && pods.pods == LabelSelector())
        #expect(networks.map(\.description) == ["10.0.0.0/8", "fd00::/8"])
    }

    @Test(arguments: [
        ("{}", ["spec.tier unsupported-value", "spec.priority required-value", "spec.subject required-value"]),
        (
            "{tier: admin, priority: 1001, subject: {}}",
            ["spec.tier unsupported-value", "spec.priority invalid-value", "spec.subject no-properties"]
        ),
        ("{tier: Admin, priority: 5.5, subject: {namespaces: {}}}", ["spec.priority wrong-type"]),
        ("{tier: Admin, priority: 1, subject: {namespaces: {}, pods: {podSelector: {}}}}", ["spec.subject too-many"]),
        (
            "{tier: Admin, priority: 1, subject: {pods: {namespaceSelector: {}}}}",
            ["spec.subject.pods.podSelector required-value"]
        ),
    ])
    func headRefused(_ spec: String, _ expected: [String]) {
        #expect(errors("ClusterNetworkPolicy", v1alpha2, spec).sorted() == expected.sorted())
    }

    @Test(arguments: [
        ("{action: Allow, from: [{namespaces: {}}]}", "action unsupported-value"),
        ("{action: Deny}", "from required-value"), ("{action: Deny, from: []}", "from too-few"),
        ("{action: Deny, from: [{}]}", "from[0] no-properties"),
        ("{action: Deny, from: [{networks: [10.0.0.0/8]}]}", "from[0] no-properties"),
        ("{action: Deny, from: [{namespaces: {}}], protocols: []}", "protocols too-few"),
        ("{action: Deny, from: [{namespaces: {}}], protocols: [{tcp: {}}]}", "protocols[0].tcp no-properties"),
        ("{action: Deny, from: [{namespaces: {}}], protocols: [{tcp: null}]}", "protocols[0] no-properties"),
        (
            "{action: Deny, from: [{namespaces: {}}], "
                + "protocols: [{tcp: {destinationPort: {range: {start: 5, end: 5}}}}]}",
            "protocols[0].tcp.destinationPort.range invalid-value"
        ),
        (
            "{action: Deny, from: [{namespaces: {}}], protocols: [{tcp: {destinationPort: {range: {start: 5}}}}]}",
            "protocols[0].tcp.destinationPort.range.end required-value"
        ),
    ])
    func ruleRefused(_ rule: String, _ expected: String) {
        #expect(
            errors("ClusterNetworkPolicy", v1alpha2, "{\(base), ingress: [\(rule)]}")
                .contains("spec.ingress[0].\(expected)"))
    }

    @Test(arguments: ["10.0.0.0", "010.0.0.0/8", "10.0.0.0/08", "\"::ffff:10.0.0.0/104\"", "any"])
    func networksRefused(_ network: String) {
        #expect(
            errors(
                "ClusterNetworkPolicy", v1alpha2, "{\(base), egress: [{action: Deny, to: [{networks: [\(network)]}]}]}")
                == ["spec.egress[0].to[0].networks[0] invalid-value"])
    }

    @Test func adminNetworkPolicy() throws {
        let policy = try policy(
            "AdminNetworkPolicy", v1alpha1,
            """
            {priority: 0, subject: {pods: {namespaceSelector: {}, podSelector: {}}}, egress: [{action: Deny,
              to: [{nodes: {}}, {domainNames: ["*.example.com"]}],
              ports: [{portNumber: {port: 80}}, {portRange: {protocol: UDP, start: 5, end: 5}}, {namedPort: web}]}]}
            """)
        #expect(policy.origin == .adminNetworkPolicy && policy.tier == .admin && policy.priority == 0)
        #expect(
            policy.egress[0].ports.map(\.value) == [
                .range(.tcp, PortRange(80)), .range(.udp, PortRange(5)), .name("web"),
            ])
    }

    @Test func domainNamesAreTheAdminsAlone() {
        let found = errors(
            "BaselineAdminNetworkPolicy", v1alpha1,
            "{subject: {namespaces: {}}, egress: [{action: Deny, to: [{domainNames: [example.com]}]}]}")
        #expect(found.contains("spec.egress[0].to[0].domainNames unknown-field"))
    }

    @Test func adminSpeaksItsOwnWords() {
        #expect(
            errors(
                "AdminNetworkPolicy", v1alpha1,
                "{priority: 1, subject: {namespaces: {}}, ingress: [{action: Accept, from: [{namespaces: {}}]}]}")
                == ["spec.ingress[0].action unsupported-value"])
        #expect(
            errors(
                "BaselineAdminNetworkPolicy", v1alpha1,
                "{subject: {namespaces: {}}, ingress: [{action: Pass, from: [{namespaces: {}}]}]}")
                == ["spec.ingress[0].action unsupported-value"])
    }

    @Test func missingSelectorOfAdminPodsSelectsAll() throws {
        let policy = try policy(
            "BaselineAdminNetworkPolicy", v1alpha1, "{subject: {pods: {namespaceSelector: {matchLabels: {a: b}}}}}")
        #expect(policy.tier == .baseline && policy.priority == 1000)
        #expect(policy.subject.pods == LabelSelector())
    }

    @Test func baselineHasOneName() {
        let manifest = MarkedManifest(
            "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: BaselineAdminNetworkPolicy\n"
                + "metadata: {name: ▸other}\nspec: {subject: {namespaces: {}}}"
        )
        #expect(manifest.found == manifest.expected("error metadata.name invalid-value"))
    }

    @Test("namedPort says how Calico took it, destinationNamedPort needs no word")
    func namedPortOfAdminPolicy() {
        let admin = MarkedManifest(
            "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: p}\n"
                + "spec: {priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}], "
                + "ports: [{namedPort: ▸http}]}]}")
        #expect(admin.found == admin.expected("warning spec.ingress[0].ports[0].namedPort admin-named-port"))
        #expect(admin.snapshot.clusterPolicies.count == 1)
        let cluster = MarkedManifest(
            "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: p}\n"
                + "spec: {\(base), ingress: [{action: Deny, from: [{namespaces: {}}], "
                + "protocols: [{destinationNamedPort: http}]}]}")
        #expect(cluster.found == [])
    }
}
