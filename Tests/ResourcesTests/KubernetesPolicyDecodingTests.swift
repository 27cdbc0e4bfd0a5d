import Diagnostics
import NetTypes
import Testing

@testable import Resources

struct KubernetesPolicyDecodingTests {
    private func policy(_ spec: String) -> MarkedManifest {
        let head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: ns}\n"
        return MarkedManifest(head + spec)
    }

    @Test func wholePolicy() throws {
        let manifest = policy(
            """
            spec:
              podSelector:
                matchLabels: {b: "2", a: "1"}
                matchExpressions:
                - {key: c, operator: NotIn, values: [x, x]}
              policyTypes: [Ingress, Egress]
              ingress:
              - from:
                - podSelector: {}
                - namespaceSelector: {}
                - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
                ports:
                - {port: 80, endPort: 90}
                - {protocol: UDP, port: dns}
                - {protocol: SCTP}
              egress: [{}]
            """)
        #expect(manifest.found == [])
        let policy = try #require(manifest.snapshot.kubernetesPolicies.first)
        #expect(policy.podSelector.matchLabels.map(\.key) == ["a", "b"])
        #expect(policy.podSelector.matchExpressions.map(\.op) == [.notIn])
        #expect(policy.governsIngress && policy.governsEgress)
        let rule = try #require(policy.ingress.first)
        #expect(rule.location.line == 11)
        #expect(rule.ports.map(\.value.proto) == [.tcp, .udp, .sctp])
        #expect(rule.ports.map(\.value.port) == [.range(PortRange(80, 90)), .name("dns"), nil])
        #expect(rule.peers.map(\.location.line) == [12, 13, 14])
        guard case .selectors(let pods, let namespaces) = rule.peers[0].value else {
            Issue.record("a selector peer")
            return
        }
        #expect(pods?.isEmpty == true && namespaces == nil)
        guard case .block(let block) = rule.peers[2].value else {
            Issue.record("a block peer")
            return
        }
        #expect(block.cidr.description == "10.0.0.0/8" && block.except.map(\.description) == ["10.1.0.0/16"])
        #expect(policy.egress.count == 1 && policy.egress[0].peers.isEmpty && policy.egress[0].ports.isEmpty)
    }

    @Test(arguments: [
        ("{}", true, false), ("{egress: []}", true, false), ("{egress: null, ingress: null}", true, false),
        ("{egress: [{}]}", true, true), ("{policyTypes: [], egress: [{}]}", true, true),
        ("{policyTypes: [Egress]}", false, true), ("{policyTypes: [Ingress, Ingress]}", true, false),
    ])
    func policyTypesDefault(_ spec: String, _ ingress: Bool, _ egress: Bool) throws {
        let policy = try #require(policy("spec: \(spec)").snapshot.kubernetesPolicies.first)
        #expect(policy.governsIngress == ingress)
        #expect(policy.governsEgress == egress)
    }

    @Test func missingSpecClosesIngressWithAWarning() {
        let manifest = MarkedManifest("▸apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}")
        #expect(manifest.found == manifest.expected("warning spec empty-policy"))
        #expect(manifest.snapshot.kubernetesPolicies.map(\.meta.namespace) == ["default"])
    }

    @Test func diagnosticsOfTheGuidesWrongManifest() throws {
        let manifest = MarkedManifest(
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata:
              name: allow-diagnostics
            spec:
              podSelector: {}
              policyTypes: [Egress]
              egress:
              - ports:
                - {protocol: UDP, port: 53}
              - ports:
                - protocol: ▸ICMP
            """)
        #expect(manifest.found == manifest.expected("error spec.egress[1].ports[0].protocol unsupported-value"))
        let error = try #require(manifest.diagnostics.first)
        #expect(
            error.message.hasPrefix("Unsupported value: \"ICMP\": supported values: \"TCP\", \"UDP\", \"SCTP\"; "))
        #expect(error.hint?.contains("Calico's NetworkPolicy has protocol: ICMP") == true)
        #expect(manifest.snapshot.kubernetesPolicies.isEmpty)
    }

    @Test func peers() {
        let manifest = policy(
            """
            spec:
              ingress:
              - from:
                - ▸{}
                - ▸{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}
                - ▸{podSelector: null}
                - {ipBlock: ▸{}}
                - {ipBlock: {cidr: ▸10.0.0.0}}
                - {ipBlock: {cidr: ▸10.0.0.1/8}}
                - {ipBlock: {cidr: 10.0.0.0/8, except: [▸10.0.0.0/8, ▸11.0.0.0/16, ▸"fd00::/64", ▸""]}}
                - {▸serviceAccounts: {}, podSelector: {}}
            """)
        #expect(
            manifest.found
                == manifest.expected(
                    "error spec.ingress[0].from[0] empty-peer", "error spec.ingress[0].from[1] mixed-peer",
                    "error spec.ingress[0].from[2] empty-peer",
                    "error spec.ingress[0].from[3].ipBlock.cidr required-value",
                    "error spec.ingress[0].from[4].ipBlock.cidr invalid-value",
                    "warning spec.ingress[0].from[5].ipBlock.cidr host-bits",
                    "error spec.ingress[0].from[6].ipBlock.except[0] invalid-value",
                    "error spec.ingress[0].from[6].ipBlock.except[1] invalid-value",
                    "error spec.ingress[0].from[6].ipBlock.except[2] invalid-value",
                    "error spec.ingress[0].from[6].ipBlock.except[3] invalid-value",
                    "error spec.ingress[0].from[7].serviceAccounts unknown-field"))
    }

    @Test func ports() {
        let manifest = policy(
            """
            spec:
              ingress:
              - ports:
                - {port: ▸0}
                - {port: ▸"80"}
                - {port: ▸65536}
                - {port: ▸true}
                - {port: 80, endPort: ▸79}
                - {port: 80, endPort: ▸65536}
                - ▸{endPort: 90}
                - {port: http, endPort: ▸90}
                - {protocol: ▸tcp}
                - {protocol: ▸""}
            """.replacing("▸{endPort: 90}", with: "{endPort: ▸90}"))
        let ids = manifest.found.map(\.text)
        #expect(manifest.found.map { [$0.line, $0.column] } == manifest.marks.map { [$0.line, $0.column] })
        #expect(
            ids == [
                "error spec.ingress[0].ports[0].port invalid-value",
                "error spec.ingress[0].ports[1].port invalid-value",
                "error spec.ingress[0].ports[2].port invalid-value", "error spec.ingress[0].ports[3].port wrong-type",
                "error spec.ingress[0].ports[4].endPort invalid-value",
                "error spec.ingress[0].ports[5].endPort invalid-value",
                "error spec.ingress[0].ports[6].endPort invalid-value",
                "error spec.ingress[0].ports[7].endPort invalid-value",
                "error spec.ingress[0].ports[8].protocol unsupported-value",
                "error spec.ingress[0].ports[9].protocol unsupported-value",
            ])
        #expect(manifest.diagnostics[1].hint == "a number in quotes is taken for a name: write 80 without quotes")
        #expect(manifest.diagnostics[4].message == "Invalid value: 80: must be greater than or equal to `port`")
    }

    @Test func selectorRequirements() {
        let manifest = policy(
            """
            spec:
              podSelector:
                matchLabels: {app: ▸-a, ▸"a b": c}
                matchExpressions:
                - ▸{key: a, operator: In}
                - {key: a, operator: Exists, values: ▸[x]}
                - {key: a, operator: ▸in, values: [x]}
                - {key: ▸"", operator: Exists}
                - {key: a, operator: In, values: ["", ▸a b]}
            """)
        #expect(manifest.found.map { [$0.line, $0.column] } == manifest.marks.map { [$0.line, $0.column] })
        #expect(
            manifest.diagnostics.map(\.id) == [
                "invalid-value", "invalid-value", "required-value", "forbidden", "invalid-value", "invalid-value",
                "invalid-value",
            ])
        #expect(manifest.diagnostics[4].hint == "did you mean In?")
    }

    @Test func inertRulesAreAWarning() {
        let manifest = policy("spec: {policyTypes: [Ingress], egress: ▸[{}]}")
        #expect(manifest.found == manifest.expected("warning spec.egress inert-rules"))
        #expect(manifest.snapshot.kubernetesPolicies.count == 1)
    }

    /// What `null` as a list item is to Go: an empty value.
    @Test func nullItems() throws {
        let rules = try #require(policy("spec: {ingress: [null]}").snapshot.kubernetesPolicies.first).ingress
        #expect(rules.count == 1 && rules[0].peers.isEmpty && rules[0].ports.isEmpty)
        let manifest = policy("spec: {ingress: [{from: [▸null]}]}")
        #expect(manifest.found == manifest.expected("error spec.ingress[0].from[0] empty-peer"))
    }
}
