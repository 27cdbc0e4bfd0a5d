import Diagnostics
import NetTypes
import NetworkTopology
import PolicyIR
import Testing

/// What the cluster-wide Kubernetes policies become (calico.md 6.2).
struct ClusterPolicyConversionTests {
    private static let cluster = """
        apiVersion: policy.networking.k8s.io/v1alpha2
        kind: ClusterNetworkPolicy
        metadata: {name: p}
        spec:
          tier: Admin
          priority: 7
          subject: {pods: {podSelector: {matchLabels: {app: web}}}}

        """

    private static let admin = """
        apiVersion: policy.networking.k8s.io/v1alpha1
        kind: AdminNetworkPolicy
        metadata: {name: p}
        spec:
          priority: 7
          subject: {namespaces: {}}

        """

    private func lines(_ yaml: String) -> [String] {
        let resolved = ResolvedText(yaml)
        #expect(resolved.errors == [])
        return resolved.cluster.text.split(separator: "\n").map { String($0.drop { $0 == " " }) }
    }

    @Test("One rule per protocol and peer, each with the name and place of the rule that it comes from")
    func rules() {
        let text = lines(
            Self.cluster + """
                  ingress:
                  - name: web ports
                    action: Accept
                    from:
                    - namespaces: {matchLabels: {env: prod}}
                    - pods: {podSelector: {}}
                    protocols:
                    - udp: {destinationPort: {number: 53}}
                    - tcp: {destinationPort: {number: 81}}
                    - destinationNamedPort: http
                    - tcp: {destinationPort: {range: {start: 70, end: 80}}}
                """)
        let named = "ingress [0] Allow as \"web ports\""
        let (prod, pods) = (
            "from pcns.env == \"prod\"",
            "from (has(projectcalico.org/namespace) && projectcalico.org/orchestrator == \"k8s\")"
        )
        #expect(
            text == [
                "tier kube-admin (end: Pass)",
                "kcnp/p order 7.0 on ((projectcalico.org/orchestrator == \"k8s\" && app == \"web\") && "
                    + "has(projectcalico.org/namespace))  # test.yaml:1",
                "\(named) \(prod) to ports http  # test.yaml:9", "\(named) \(pods) to ports http  # test.yaml:9",
                "\(named) protocol TCP \(prod) to ports 70-81  # test.yaml:9",
                "\(named) protocol TCP \(pods) to ports 70-81  # test.yaml:9",
                "\(named) protocol UDP \(prod) to ports 53  # test.yaml:9",
                "\(named) protocol UDP \(pods) to ports 53  # test.yaml:9", "tier default (end: Deny)",
                "tier kube-baseline (end: Pass)", "profile projectcalico-default-allow",
                "ingress [0] Allow", "egress [0] Allow",
            ])
    }

    @Test("A peer that Calico does not know is reported where it stands, with what becomes of the rule")
    func unsupportedPeers() {
        let resolved = ResolvedText(
            Self.admin + """
                  egress:
                  - name: nobody
                    action: Allow
                    to:
                    - namespaces: {}
                    - nodes: {matchLabels: {a: b}}
                  - action: Pass
                    to: [{domainNames: [example.org]}]
                    ports: [{portNumber: {port: 80}}]
                  ingress:
                  - action: Allow
                    from: [{namespaces: {}}]
                """)
        #expect(resolved.errors == [])
        let warnings = resolved.diagnostics.filter { $0.id == "unsupported-peer" }
        #expect(warnings.map(\.fieldPath) == ["spec.egress[0].to[1].nodes", "spec.egress[1].to[0].domainNames"])
        #expect(warnings.map { "\($0.location?.line ?? 0):\($0.location?.column ?? 0)" } == ["12:7", "14:10"])
        #expect(warnings.allSatisfy { $0.severity == .warning })
        #expect(warnings[0].message.contains("allows nothing"))
        #expect(warnings[1].message.contains("instead of passing, it denies all egress"))
        let policy = resolved.cluster.tiers[0].policies[0]
        #expect(policy.egress.map(\.action) == [.deny] && policy.egress.map(\.manifestIndex) == [1])
        #expect(policy.egress[0].proto == nil && !policy.egress[0].destination.hasPorts)
        #expect(policy.ingress.map(\.action) == [.allow])
    }

    @Test("A direction without rules is not governed")
    func directions() throws {
        let silent = ResolvedText(Self.admin)
        let policy = try #require(silent.cluster.tiers.first?.policies.first)
        #expect(!policy.governsIngress && !policy.governsEgress)
        let egress = ResolvedText(Self.admin + "  egress: [{action: Deny, to: [{networks: [10.0.0.0/8]}]}]")
        #expect(egress.cluster.tiers[0].policies.map(\.governsIngress) == [false])
        #expect(egress.cluster.tiers[0].policies.map(\.governsEgress) == [true])
    }

    @Test("Among equal priorities the name decides, then the kind; BaselineAdminNetworkPolicy has order 1000")
    func order() {
        let baseline = """
            apiVersion: policy.networking.k8s.io/v1alpha1
            kind: BaselineAdminNetworkPolicy
            metadata: {name: default}
            spec: {subject: {namespaces: {}}}
            """
        let resolved = ResolvedText([Self.cluster, Self.admin, baseline].joined(separator: "\n---\n"))
        #expect(resolved.errors == [])
        let policies = resolved.cluster.tiers.map { tier in tier.policies.map(\.name.description) }
        #expect(policies == [["kanp/p", "kcnp/p"], [], ["kbanp/default"]])
        #expect(resolved.cluster.tiers[2].policies.map(\.order) == [1000])
    }

    @Test("Made-up addresses keep out of networks peers")
    func whatIfAvoidsNetworks() throws {
        let deployment = """

            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: a}
            spec: {template: {metadata: {labels: {app: web}}, spec: {containers: []}}}
            """
        func address(_ network: String) throws -> IPAddress {
            let rule = "  egress: [{action: Deny, to: [{networks: [\(network)]}]}]"
            let resolved = ResolvedText(Self.admin + rule + deployment, whatIf: true)
            #expect(resolved.errors == [])
            return try #require(resolved.cluster.topology.endpoints.first?.addresses.first)
        }
        let usual = try address("10.0.0.0/8")
        #expect(try address("\(usual)/32") != usual)
    }
}
