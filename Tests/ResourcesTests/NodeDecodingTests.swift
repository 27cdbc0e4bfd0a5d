import NetTypes
import Testing

@testable import Resources

struct NodeDecodingTests {
    private static let kubernetes = """
        apiVersion: v1
        kind: Node
        metadata:
          name: node1
          annotations:
            projectcalico.org/IPv4Address: 192.0.2.1/24
            projectcalico.org/IPv4VXLANTunnelAddr: 10.65.1.0
        spec: {podCIDR: 10.65.0.0/24}
        status:
          addresses:
          - {type: Hostname, address: node1}
          - {type: InternalIP, address: 192.0.2.1}
          - {type: ExternalIP, address: 198.51.100.1}
        """

    @Test func kubernetesNode() {
        let manifest = MarkedManifest(Self.kubernetes)
        #expect(manifest.found == [])
        #expect(
            manifest.snapshot.nodes.map { $0.addresses.map(\.description) } == [
                ["192.0.2.1", "198.51.100.1", "10.65.1.0"]
            ])
    }

    @Test func bothNodesOfOneNameAreOne() {
        let calico = """
            ---
            apiVersion: projectcalico.org/v3
            kind: Node
            metadata: {name: node1}
            spec: {bgp: {ipv4Address: 192.0.2.1/24, ipv6Address: "2001:db8::1/64"}, addresses: [{address: 203.0.113.1}]}
            """
        let manifest = MarkedManifest(Self.kubernetes + "\n" + calico)
        #expect(manifest.found == [])
        #expect(manifest.snapshot.nodes.map(\.meta.name) == ["node1"])
        let addresses = manifest.snapshot.nodes.flatMap { $0.addresses.map(\.description) }
        #expect(Set(addresses) == ["192.0.2.1", "198.51.100.1", "10.65.1.0", "203.0.113.1", "2001:db8::1"])
        #expect(addresses.count == 5)
    }

    @Test func refused() {
        let manifest = MarkedManifest(
            """
            apiVersion: v1
            kind: Node
            metadata: ▸{name: node1, annotations: {projectcalico.org/IPv4Address: x}}
            status: {addresses: [{type: InternalIP, address: ▸node1}]}
            """)
        #expect(
            manifest.found
                == manifest.expected(
                    "warning metadata unreadable-annotation", "error status.addresses[0].address invalid-value"))
        #expect(manifest.snapshot.nodes.isEmpty)
    }
}
