import Diagnostics
import NetTypes
import NetworkTopology
import PolicyIR
import Testing

/// Which interface the outside is behind, and host endpoints that no packet meets.
@Suite struct InterfaceResolutionTests {
    private static let nodes = """
        {apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 192.0.2.1}]}}
        ---
        {apiVersion: v1, kind: Node, metadata: {name: n2}, status: {addresses: [{type: InternalIP, address: 192.0.2.2}]}}
        """

    private static func host(_ name: String, _ spec: String) -> String {
        "---\napiVersion: projectcalico.org/v3\nkind: HostEndpoint\nmetadata: {name: \(name)}\nspec: {node: n1, \(spec)}\n"
    }

    private static func world(_ documents: String...) -> ResolvedText {
        ResolvedText("---\n\(nodes)\n" + documents.joined())
    }

    private func findings(_ world: ResolvedText) -> [String] {
        world.diagnostics.map(\.id).filter { $0.hasPrefix("host-endpoint") || $0 == "default-interface" }
    }

    @Test(arguments: [("eth0", "eth0", []), ("ens5", "ens5", ["default-interface"])])
    func theOneNamedInterfaceLeadsOutside(_ name: String, _ expected: String, _ ids: [String]) {
        let world = Self.world(Self.host("a", "interfaceName: \(name)"))
        #expect(world.cluster.topology.defaultInterface == expected)
        #expect(findings(world) == ids)
        #expect(world.cluster.topology.hostBindings[0].named[expected] == HostEndpointIndex(0))
    }

    @Test func othersAreNotPassed() {
        let world = Self.world(Self.host("a", "interfaceName: eth0"), Self.host("b", "interfaceName: ens6"))
        #expect(world.cluster.topology.defaultInterface == "eth0")
        #expect(findings(world) == ["host-endpoint-interface"])
    }

    @Test(arguments: [("192.0.2.1", []), ("192.0.2.99", ["host-endpoint-unbound"])])
    func expectedAddressesMustBeTheNodes(_ address: String, _ ids: [String]) {
        #expect(findings(Self.world(Self.host("a", "expectedIPs: [\(address)]"))) == ids)
    }

    @Test func theSmallestNameGetsTheInterface() {
        let world = Self.world(Self.host("b", "interfaceName: eth0"), Self.host("a", "expectedIPs: [192.0.2.1]"))
        #expect(findings(world) == ["host-endpoint-unbound"])
    }

    /// Packets to pods of other nodes leave by the tunnel's device, not by the interface below it.
    @Test(arguments: [
        ("vxlanMode: Always", "vxlan.calico"), ("ipipMode: Always", "tunl0"), ("vxlanMode: CrossSubnet", "eth0"),
        ("vxlanMode: Never", "eth0"),
    ])
    func poolsThatAlwaysEncapsulate(_ mode: String, _ expected: String) {
        let pool =
            "---\napiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: p}\nspec: {cidr: 10.65.0.0/16, "
        let topology = Self.world(pool + mode + "}\n").cluster.topology
        #expect(IPAddress("10.65.7.7").map { topology.interface(toward: $0) } == expected)
        #expect(IPAddress("198.51.100.9").map { topology.interface(toward: $0) } == "eth0")
    }
}
