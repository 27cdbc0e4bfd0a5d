import NetTypes
import Testing

@testable import Resources

struct WorkloadEndpointDecodingTests {
    private func endpoint(_ spec: String) -> MarkedManifest {
        MarkedManifest(
            "apiVersion: projectcalico.org/v3\nkind: WorkloadEndpoint\nmetadata: {name: w, namespace: ns}\n"
                + "spec: \(spec)"
        )
    }

    @Test func endpoint() throws {
        let manifest = endpoint(
            """
            {orchestrator: k8s, node: node1, pod: web-0, interfaceName: cali1, serviceAccountName: sa,
              ipNetworks: [10.0.0.1/32, "fd00::1"], profiles: [kns.ns], allowSpoofedSourcePrefixes: [8.8.8.8/32],
              ports: [{name: http, protocol: TCP, port: 80}, {protocol: UDP, port: 53, hostPort: 53}]}
            """)
        #expect(manifest.found == [])
        let endpoint = try #require(manifest.snapshot.workloadEndpoints.first)
        #expect(endpoint.workload == "web-0" && endpoint.node == "node1" && endpoint.interfaceName == "cali1")
        #expect(endpoint.addresses.map(\.description) == ["10.0.0.1", "fd00::1"])
        #expect(endpoint.ports == [NamedPort(name: "http", proto: .tcp, port: 80)])
        #expect(endpoint.allowedSourcePrefixes.map(\.description) == ["8.8.8.8/32"])
        #expect(endpoint.serviceAccountName == "sa" && endpoint.profiles == ["kns.ns"])
    }

    @Test func limitsAreReported() {
        let manifest = endpoint("{node: a, interfaceName: c, qosControls: ▸{ingressMaxConnections: 5}}")
        #expect(manifest.found == manifest.expected("warning spec.qosControls partly-evaluated"))
    }

    @Test(arguments: [
        ("{node: a, interfaceName: c, ipNetworks: [▸10.0.0.0/24]}", "spec.ipNetworks[0] invalid-value"),
        ("{node: a, interfaceName: c, ipNetworks: [▸x]}", "spec.ipNetworks[0] invalid-value"),
        ("▸{interfaceName: c}", "spec.node required-value"), ("▸{node: a}", "spec.interfaceName required-value"),
    ])
    func refused(_ spec: String, _ expected: String) {
        let manifest = endpoint(spec)
        #expect(manifest.found == manifest.expected("error \(expected)"))
        #expect(manifest.snapshot.workloadEndpoints.isEmpty)
    }
}
