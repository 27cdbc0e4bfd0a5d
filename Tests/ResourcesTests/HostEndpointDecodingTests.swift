import Diagnostics
import NetTypes
import Testing

@testable import Resources

struct HostEndpointDecodingTests {
    private func endpoint(_ spec: String) -> MarkedManifest {
        MarkedManifest("apiVersion: projectcalico.org/v3\nkind: HostEndpoint\nmetadata: {name: h}\nspec: \(spec)")
    }

    @Test func everyField() throws {
        let manifest = endpoint(
            "{node: node1, interfaceName: eth0, expectedIPs: [192.0.2.1, \"2001:db8::1\"], profiles: [x], "
                + "ports: [{name: http, port: 80, protocol: TCP}]}")
        #expect(manifest.found == [])
        let endpoint = try #require(manifest.snapshot.hostEndpoints.first)
        #expect(endpoint.node == "node1" && endpoint.interfaceName == "eth0" && endpoint.profiles == ["x"])
        #expect(endpoint.expectedIPs.map(\.description) == ["192.0.2.1", "2001:db8::1"])
        #expect(endpoint.ports == [NamedPort(name: "http", proto: .tcp, port: 80)])
    }

    @Test(arguments: ["*", "\"\"", "aaaaaaaaaaaaaaa"])
    func interfaceNames(_ name: String) {
        let spec = "{node: a, expectedIPs: [192.0.2.1], interfaceName: \(name == "*" ? "\"*\"" : name)}"
        #expect(endpoint(spec).found == [])
    }

    @Test(arguments: [
        ("▸{}", ["spec.node required-value", "spec required-value"]),
        ("{node: ▸no node, interfaceName: e}", ["spec.node invalid-value"]),
        ("{node: a, interfaceName: ▸eth 0}", ["spec.interfaceName invalid-value"]),
        ("{node: a, interfaceName: ▸aaaaaaaaaaaaaaaa}", ["spec.interfaceName invalid-value"]),
        ("{node: a, expectedIPs: [▸10.0.0.1/32]}", ["spec.expectedIPs[0] invalid-value"]),
        ("{node: a, expectedIPs: [▸010.0.0.1]}", ["spec.expectedIPs[0] invalid-value"]),
        ("{node: a, expectedIPs: [10.0.0.1, ▸10.0.0.1]}", ["spec.expectedIPs[1] duplicate-value"]),
        ("{node: a, interfaceName: e, profiles: [▸\"\"]}", ["spec.profiles[0] invalid-value"]),
        (
            "{node: a, interfaceName: e, ports: [{name: ▸HTTP, port: 80, protocol: TCP}]}",
            ["spec.ports[0].name invalid-value"]
        ),
        (
            "{node: a, interfaceName: e, ports: [{name: p, port: ▸0, protocol: TCP}]}",
            ["spec.ports[0].port invalid-value"]
        ),
        (
            "{node: a, interfaceName: e, ports: [{name: p, port: ▸\"80\", protocol: TCP}]}",
            ["spec.ports[0].port wrong-type"]
        ),
        (
            "{node: a, interfaceName: e, ports: [{name: p, port: 80, protocol: ▸Tcp}]}",
            ["spec.ports[0].protocol invalid-value"]
        ),
        (
            "{node: a, interfaceName: e, ports: [{name: p, port: 80, protocol: ▸1}]}",
            ["spec.ports[0].protocol invalid-value"]
        ),
        ("{node: a, interfaceName: e, ports: [▸{name: p, port: 80}]}", ["spec.ports[0].protocol required-value"]),
    ])
    func refused(_ spec: String, _ expected: [String]) {
        let manifest = endpoint(spec)
        #expect(manifest.found.map(\.text) == expected.map { "error \($0)" })
        let mark = manifest.marks.first.map { [$0.line, $0.column] }
        #expect(manifest.found.allSatisfy { [$0.line, $0.column] == mark })
        #expect(manifest.snapshot.hostEndpoints.isEmpty)
    }

    /// The API takes it, Felix drops the whole endpoint: so do we.
    @Test func protocolNumbersMakeItVanish() {
        let manifest = endpoint("{node: a, interfaceName: e, ports: [{name: p, port: 80, protocol: ▸6}]}")
        #expect(manifest.found.contains(manifest.expected("warning spec.ports[0].protocol host-endpoint-absent")[0]))
        #expect(manifest.snapshot.hostEndpoints.isEmpty)
    }

    @Test func reservedLabelsAreAWarning() {
        let manifest = MarkedManifest(
            """
            apiVersion: projectcalico.org/v3
            kind: HostEndpoint
            metadata: {name: h, labels: {▸projectcalico.org/namespace: x}}
            spec: {node: a, interfaceName: e}
            """)
        #expect(manifest.found.contains(manifest.expected("warning metadata.labels reserved-label")[0]))
        #expect(manifest.snapshot.hostEndpoints.count == 1)
    }
}
