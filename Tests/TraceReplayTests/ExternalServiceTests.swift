import Classification
import Diagnostics
import Explain
import Matching
import NetTypes
import NetworkTopology
import Testing
import Workspace

@testable import TraceReplay

/// Node ports, external and load balancer addresses: where they are translated and what policy sees behind it
/// (kubernetes.md 2, 8; calico.md T38).
@Suite struct ExternalServiceTests {
    private func verdicts(
        _ packets: [PacketFacts], policy: String = "Cluster", selector: String = "app: near", extra: String = "",
        node: String? = nil
    ) -> [String] {
        outcomes(packets, policy: policy, selector: selector, extra: extra, node: node).map(\.text)
    }

    private func outcomes(
        _ packets: [PacketFacts], policy: String, selector: String, extra: String, node: String?
    ) -> [(text: String, outcome: PacketOutcome)] {
        let inputs = LoadedInputs.load(
            texts: [(name: "cluster.yaml", bytes: Array(Self.cluster(policy, selector, extra).utf8))], whatIf: false)
        #expect(inputs.diagnostics.filter { $0.severity == .error } == [])
        var options = PacketJudge.Options()
        options.node = node.flatMap { inputs.tree.topology.node(named: $0) }
        var judge = PacketJudge(inputs.tree, options: options)
        return packets.map { packet in
            let outcome = judge.judge(packet, time: 0)
            let decision = outcome.step.map { Decision(inputs.tree, $0) }
            let words = [outcome.verdict.word, decision?.code.rawValue, decision?.endpoint]
            return (words.compactMap { $0 }.joined(separator: " "), outcome)
        }
    }

    /// Two nodes; pod `near` on n1, `far` on n2; both let in only 198.51.100.0/24. A service with a node port, an
    /// external and a load balancer address.
    private static func cluster(_ policy: String, _ selector: String, _ extra: String) -> String {
        func node(_ name: String, _ address: String) -> String {
            "{apiVersion: v1, kind: Node, metadata: {name: \(name)}, "
                + "status: {addresses: [{type: InternalIP, address: \(address)}]}}"
        }
        func pod(_ name: String, _ node: String, _ address: String) -> String {
            "{apiVersion: v1, kind: Pod, metadata: {name: \(name), namespace: ns, labels: {app: \(name)}}, "
                + "spec: {nodeName: \(node), containers: [{name: c, image: i}]}, "
                + "status: {phase: Running, podIP: \(address)}}"
        }
        return [
            node("n1", "192.0.2.1"), node("n2", "192.0.2.2"), pod("near", "n1", "10.0.0.1"),
            pod("far", "n2", "10.0.1.1"),
            """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: ns}
            spec:
              type: LoadBalancer
              externalTrafficPolicy: \(policy)
              clusterIP: 10.96.0.1
              externalIPs: [203.0.113.10]
              selector: {\(selector)}
              ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
            status: {loadBalancer: {ingress: [{ip: 203.0.113.20}]}}
            """,
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: clients, namespace: ns}
            spec:
              podSelector: {}
              policyTypes: [Ingress]
              ingress: [{from: [{ipBlock: {cidr: 198.51.100.0/24}}], ports: [{port: 8080}]}]
            """,
            extra,
        ].filter { !$0.isEmpty }.map { "---\n\($0)\n" }.joined()
    }

    private static let client = "198.51.100.9"

    @Test(arguments: [("192.0.2.1", UInt16(30080)), ("203.0.113.10", 80), ("203.0.113.20", 80), ("10.96.0.1", 80)])
    func policySeesTheClientAndTheBackend(_ address: String, _ port: UInt16) {
        let result = outcomes(
            [.tcp(Self.client, 4000, address, port, .syn)], policy: "Cluster", selector: "app: near", extra: "",
            node: nil)[0]
        #expect(result.text == "allow RULE ns/near")
        #expect(result.outcome.backends.map { "\($0.backend.address):\($0.backend.port)" } == ["10.0.0.1:8080"])
    }

    /// The node that was sent to masquerades what it passes on: the backend's node sees that node as the client.
    @Test func aBackendOfAnotherNodeSeesTheFirstNode() {
        let packet = PacketFacts.tcp(Self.client, 4000, "192.0.2.1", 30080, .syn)
        #expect(verdicts([packet], selector: "app: far") == ["deny END_OF_TIER_DROP ns/far"])
        #expect(verdicts([packet], selector: "app: far", node: "n1") == ["allow NO_ENDPOINT"])
    }

    @Test func localServicesKeepTheClientAndNeedALocalBackend() {
        let (first, second) = (
            PacketFacts.tcp(Self.client, 4000, "192.0.2.1", 30080, .syn),
            PacketFacts.tcp(Self.client, 4000, "192.0.2.2", 30080, .syn)
        )
        #expect(
            verdicts([first, second], policy: "Local", selector: "app: far") == [
                "deny NO_BACKEND", "allow RULE ns/far",
            ])
    }

    @Test func answersAndLaterPacketsAreOfTheConnection() {
        #expect(
            verdicts([
                .tcp(Self.client, 4000, "192.0.2.1", 30080, .syn), .tcp("192.0.2.1", 30080, Self.client, 4000, .synAck),
                .tcp(Self.client, 4000, "192.0.2.1", 30080, .ack),
            ]) == [
                "allow RULE ns/near", "allow CT_ESTABLISHED ns/near", "allow CT_ESTABLISHED ns/near",
            ])
    }

    /// T38: preDNAT policy sees the node port, ordinary policy the pod's.
    @Test(arguments: [("preDNAT", "deny RULE host endpoint eth0"), ("normal", "allow RULE ns/near")])
    func preDNATPolicySeesTheNodePort(_ kind: String, _ expected: String) {
        let extra = """
            apiVersion: projectcalico.org/v3
            kind: HostEndpoint
            metadata: {name: eth0, labels: {host: n1}}
            spec: {node: n1, interfaceName: eth0, profiles: [projectcalico-default-allow]}
            ---
            apiVersion: projectcalico.org/v3
            kind: GlobalNetworkPolicy
            metadata: {name: no-node-port}
            spec:
              selector: host == 'n1'
              applyOnForward: true
              preDNAT: \(kind == "preDNAT")
              types: [Ingress]
              ingress:
              - {action: Deny, protocol: TCP, destination: {ports: [30080]}}
              - {action: Allow}
            """
        #expect(
            verdicts([.tcp(Self.client, 4000, "192.0.2.1", 30080, .syn)], extra: extra) == [expected])
    }

    @Test func otherPortsOfTheNodeAreTheNodeItself() {
        #expect(verdicts([.tcp(Self.client, 4000, "192.0.2.1", 30081, .syn)]) == ["allow NO_ENDPOINT"])
    }
}
