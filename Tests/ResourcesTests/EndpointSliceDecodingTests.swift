import NetTypes
import Testing

@testable import Resources

struct EndpointSliceDecodingTests {
    private func slice(_ body: String) -> MarkedManifest {
        MarkedManifest(
            "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n"
                + "metadata: {name: s, labels: {kubernetes.io/service-name: web}}\n"
                + body)
    }

    @Test func slice() throws {
        let manifest = slice(
            """
            addressType: IPv4
            endpoints:
            - {addresses: [10.0.0.1, 10.0.0.2], conditions: {ready: false}}
            - {addresses: [10.0.0.3], conditions: {ready: null}, nodeName: node1}
            ports: [{name: http, port: 8080}, {protocol: UDP, port: null}]
            """)
        #expect(manifest.found == [])
        let slice = try #require(manifest.snapshot.endpointSlices.first)
        #expect(slice.serviceName == "web")
        #expect(slice.endpoints.map(\.isReady) == [false, true])
        #expect(slice.endpoints.map { $0.addresses.map(\.description) } == [["10.0.0.1", "10.0.0.2"], ["10.0.0.3"]])
        #expect(slice.ports.map(\.port) == [8080, nil])
        #expect(slice.ports.map(\.proto) == [.tcp, .udp])
    }

    @Test func namesAreNoAddresses() {
        let manifest = slice("addressType: FQDN\nendpoints: [{addresses: [a.example]}]\nports: null")
        #expect(manifest.found == [])
        #expect(manifest.snapshot.endpointSlices.map { $0.endpoints.map(\.addresses) } == [[[]]])
    }

    @Test(arguments: [
        ("endpoints: []", "addressType unsupported-value"),
        ("addressType: IPv6\nendpoints: [{addresses: [▸10.0.0.1]}]", "endpoints[0].addresses[0] invalid-value"),
        ("addressType: IPv4\nendpoints: [{addresses: [▸x]}]", "endpoints[0].addresses[0] invalid-value"),
        ("addressType: IPv4\nports: [{port: ▸70000}]", "ports[0].port invalid-value"),
        ("addressType: IPv4\nports: [{protocol: ▸tcp, port: 80}]", "ports[0].protocol unsupported-value"),
    ])
    func refused(_ body: String, _ expected: String) {
        let manifest = slice(body)
        #expect(manifest.found.map(\.text) == ["error \(expected)"])
        if !manifest.marks.isEmpty { #expect(manifest.found == manifest.expected("error \(expected)")) }
        #expect(manifest.snapshot.endpointSlices.isEmpty)
    }
}
