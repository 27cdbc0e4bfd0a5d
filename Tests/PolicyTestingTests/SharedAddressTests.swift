import NetTypes
import Testing

/// Where one fault in the compiler would show and no trap of the specifications looks: each in every engine.
@Suite(.serialized) struct SharedAddressTests {
    private static func policy(_ rule: String) -> String {
        "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: p}\n"
            + "spec: {selector: app == 'web', types: [Egress], egress: [{action: Allow, \(rule)}]}"
    }

    /// A host endpoint that claims the address of a/db and owns the named port under another number.
    private static let claimant = """
        apiVersion: projectcalico.org/v3
        kind: HostEndpoint
        metadata: {name: claimant, labels: {kind: claimant}}
        spec: {node: n2, interfaceName: eth7, expectedIPs: [10.0.1.1], ports: [{name: http, protocol: TCP, port: 8443}]}
        """

    @Test("The owner of a named port must satisfy the selector itself (calico.md 3.4)")
    func namedPortsOfAnotherOwner() throws {
        let packets = ["a/web -> a/db TCP 80", "a/web -> a/db TCP 8443"]
        let ofPods = Self.policy("protocol: TCP, destination: {selector: app == 'db', ports: [http, 1]}")
        #expect(try TrapCluster(ofPods, Self.claimant).passing(packets) == [packets[0]])
        let ofHosts = Self.policy("protocol: TCP, destination: {selector: kind == 'claimant', ports: [http, 1]}")
        #expect(try TrapCluster(ofHosts, Self.claimant).passing(packets) == [packets[1]])
    }

    @Test("A service's endpoint is a member with its own protocol (calico.md 3.5)")
    func servicesOfUDP() throws {
        let slice = """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: dns-1, namespace: a, labels: {kubernetes.io/service-name: dns}}
            addressType: IPv4
            endpoints: [{addresses: [10.0.1.1]}]
            ports: [{name: dns, port: 53, protocol: UDP}]
            """
        let packets = ["a/web -> a/db UDP 53", "a/web -> a/db TCP 53"]
        let policy = Self.policy("destination: {services: {name: dns, namespace: a}}")
        #expect(try TrapCluster(policy, slice).passing(packets) == [packets[0]])
    }

    @Test("Tunnels reach a node from other nodes alone (calico.md 4.6)")
    func tunnelsFromStrangers() throws {
        let pool = """
            apiVersion: projectcalico.org/v3
            kind: IPPool
            metadata: {name: p}
            spec: {cidr: 10.99.0.0/16, ipipMode: CrossSubnet}
            """
        let packets = ["node/n2 -> node/n1 4 @n1", "198.51.100.9 -> node/n1 4 @n1"]
        #expect(try TrapCluster(pool).passing(packets) == [packets[0]])
        #expect(try TrapCluster("").passing(packets) == packets)
    }
}
