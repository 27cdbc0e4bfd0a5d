import NetTypes
import Selectors
import Testing

@testable import Resources

struct ServiceDecodingTests {
    private func service(_ spec: String, status: String = "{}") -> MarkedManifest {
        MarkedManifest("apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: \(spec)\nstatus: \(status)")
    }

    @Test func wholeService() throws {
        let manifest = service(
            """
            {type: LoadBalancer, clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1, "fd00::1"], externalIPs: [203.0.113.1],
              selector: {app: a}, externalTrafficPolicy: Local,
              ports: [{name: a, port: 80, targetPort: http, nodePort: 30080},
              {name: b, port: 53, protocol: UDP}, {name: c, port: 81, targetPort: 0},
              {name: d, port: 82, targetPort: 8082}]}
            """, status: "{loadBalancer: {ingress: [{ip: 198.51.100.7}]}}")
        #expect(manifest.found == [])
        let service = try #require(manifest.snapshot.services.first)
        #expect(service.type == "LoadBalancer" && service.externalTrafficIsLocal)
        #expect(service.clusterIPs.map(\.description) == ["10.96.0.1", "fd00::1"])
        #expect(service.externalIPs.map(\.description) == ["203.0.113.1"])
        #expect(service.loadBalancerIPs.map(\.description) == ["198.51.100.7"])
        #expect(service.selector == ["app": "a"])
        #expect(service.ports.map(\.target) == [.name("http"), .number(53), .number(81), .number(8082)])
        #expect(service.ports.map(\.nodePort) == [30080, nil, nil, nil])
        #expect(service.ports.map(\.proto) == [.tcp, .udp, .tcp, .tcp])
    }

    @Test(arguments: [
        "{clusterIP: None}", "{type: ExternalName, externalName: x.example}", "{clusterIP: '', ports: [{port: 1}]}",
    ])
    func withoutClusterAddress(_ spec: String) throws {
        let manifest = service(spec)
        #expect(manifest.found == [])
        let service = try #require(manifest.snapshot.services.first)
        #expect(service.clusterIPs.isEmpty && service.selector == nil)
    }

    @Test(arguments: [
        ("▸{}", "spec.ports required-value"), ("{ports: [{port: ▸0}]}", "spec.ports[0].port invalid-value"),
        ("{ports: [▸{}]}", "spec.ports[0].port invalid-value"),
        ("{ports: [{port: 80, targetPort: ▸65536}]}", "spec.ports[0].targetPort invalid-value"),
        ("{ports: [{port: 80, targetPort: ▸HTTP}]}", "spec.ports[0].targetPort invalid-value"),
        ("{ports: [{port: 80, protocol: ▸ICMP}]}", "spec.ports[0].protocol unsupported-value"),
        ("{ports: [{port: 80, nodePort: ▸30080}]}", "spec.ports[0].nodePort forbidden"),
        ("{ports: [▸{port: 80}, {port: 81, name: b}]}", "spec.ports[0].name required-value"),
        ("{ports: [{port: 80, name: b}, {port: 81, name: ▸b}]}", "spec.ports[1].name duplicate-value"),
        ("{clusterIP: ▸x, ports: [{port: 80}]}", "spec.clusterIP invalid-value"),
        ("{type: ▸nodePort, ports: [{port: 80}]}", "spec.type unsupported-value"),
        ("{selector: {a: ▸5}, ports: [{port: 80}]}", "spec.selector wrong-type"),
    ])
    func refused(_ spec: String, _ expected: String) {
        let manifest = service(spec)
        #expect(manifest.found == manifest.expected("error \(expected)"))
        #expect(manifest.snapshot.services.isEmpty)
    }
}
