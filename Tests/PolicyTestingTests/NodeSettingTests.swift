import Diagnostics
import Foundation
import NetTypes
import NetworkTopology
import PolicyTesting
import Testing
import Workspace

/// Settings of a node that decide about packets beside all policy, in every engine that knows them.
struct NodeSettingTests {
    /// Pod `a/web` on n1, closed by a policy; `settings` are further documents.
    private static func inputs(_ settings: String) -> LoadedInputs {
        let text = """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: closed, namespace: a}
            spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: n1}
            status: {addresses: [{type: InternalIP, address: 192.0.2.1}, {type: InternalIP, address: '2001:db8::1'}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: a}
            spec: {nodeName: n1, containers: [{name: c, image: i}]}
            status: {podIPs: [{ip: 10.0.0.1}, {ip: 'fd00::1'}]}
            ---
            \(settings)
            """
        return LoadedInputs.load(texts: [(name: "settings.yaml", bytes: Array(text.utf8))], whatIf: false)
    }

    private static func verdict(
        _ name: EngineName, _ inputs: LoadedInputs, _ from: NetworkTopology.Attachment,
        _ to: NetworkTopology.Attachment, _ source: String,
        _ destination: String, state: FlowState = .new
    ) throws -> Verdict {
        #expect(!inputs.diagnostics.hasErrors)
        let key = FlowKey.ports(
            .tcp, from: try #require(IPAddress(source)), 40_000, to: try #require(IPAddress(destination)), 80)
        let visit = Visit(node: NodeIndex(0), from: from, to: to)
        var engine = try name.make(inputs)
        return try #require(try engine.judge([EngineRequest(visit: visit, key: key, state: state)]).first).verdict
    }

    private static let pod = NetworkTopology.Attachment.workload(EndpointIndex(0))
    private static let outside = NetworkTopology.Attachment.outside(interface: "eth0")

    @Test("A node without ip6 tables lets every IPv6 packet pass", arguments: [EngineName.reference, .matcher, .nft])
    func ipv6Support(_ engine: EngineName) throws {
        for hasIPv6 in [true, false] {
            let inputs = Self.inputs(
                """
                apiVersion: projectcalico.org/v3
                kind: FelixConfiguration
                metadata: {name: default}
                spec: {ipv6Support: \(hasIPv6)}
                """)
            let ways: [(NetworkTopology.Attachment, NetworkTopology.Attachment, String, String)] = [
                (Self.outside, Self.pod, "2001:db8::9", "fd00::1"), (Self.pod, Self.outside, "fd00::1", "2001:db8::9"),
                (Self.pod, .host, "fd00::1", "2001:db8::1"),
                (.unknownWorkload(interface: "cali999"), Self.pod, "fd00::7", "fd00::1"),
            ]
            for (from, to, source, destination) in ways {
                for state in [FlowState.new, .invalid] {
                    #expect(
                        try Self.verdict(engine, inputs, from, to, source, destination, state: state)
                            == (hasIPv6 ? .drop : .accept), "\(source) to \(destination) \(state)")
                }
            }
            #expect(try Self.verdict(engine, inputs, Self.outside, Self.pod, "192.0.2.9", "10.0.0.1") == .drop)
        }
    }

    @Test("A forwarded packet to a service range is dropped", arguments: [EngineName.reference, .matcher, .nft])
    func serviceLoopPrevention(_ engine: EngineName) throws {
        for (prevention, verdict) in [("Drop", Verdict.drop), ("Reject", .drop), ("Disabled", .accept)] {
            let inputs = Self.inputs(
                """
                apiVersion: projectcalico.org/v3
                kind: FelixConfiguration
                metadata: {name: default}
                spec: {serviceLoopPrevention: \(prevention)}
                ---
                apiVersion: projectcalico.org/v3
                kind: BGPConfiguration
                metadata: {name: default}
                spec: {serviceClusterIPs: [{cidr: 10.96.0.0/12}]}
                """)
            #expect(
                try Self.verdict(engine, inputs, Self.outside, Self.outside, "192.0.2.9", "10.96.0.1") == verdict)
            #expect(
                try Self.verdict(engine, inputs, Self.outside, Self.outside, "192.0.2.9", "10.112.0.1") == .accept)
        }
    }
}
