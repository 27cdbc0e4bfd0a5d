import Testing

extension Traps {
    /// Nodes as ends, and what one node judges.
    @Suite struct NodeTrapTests {
        @Test("T22: a node reaches its own pods, whatever policy says")
        func t22() throws {
            let packets = ["node/n1 -> a/web TCP 80", "node/n2 -> a/web TCP 80", "node/n1 -> a/db TCP 80"]
            let world = TrapCluster(Manifest.global("deny", "selector: all(), ingress: [{action: Deny}]"))
            #expect(try world.passing(packets) == [packets[0]])
        }

        @Test("T23: a pod does not reach its own node, even if its egress is open; its answers do")
        func t23() throws {
            let packets = ["a/web -> node/n1 TCP 22", "a/web -> node/n2 TCP 22"]
            let egress = Manifest.namespaced("out", "selector: all(), egress: [{action: Allow}]")
            #expect(try TrapCluster(egress).passing(packets) == [packets[1]])
            #expect(
                try TrapCluster(egress, Manifest.felix("defaultEndpointToHostAction: Accept")).passing(packets)
                    == packets)
            let closed = Manifest.namespaced("out", "selector: all(), types: [Egress]")
            #expect(
                try TrapCluster(closed, Manifest.felix("defaultEndpointToHostAction: Accept")).passing(packets) == [])
            #expect(
                try TrapConversation("node/n1 -> a/web TCP 80").passes(.init(TrapCluster(closed), .opens, .answers))
                    == [true, true])
        }

        @Test("T32: addresses are matched, not pods: one on the host's network is its node")
        func t32() throws {
            let agent = Manifest.pod(
                "agent", in: "b", node: "n2", labels: "app: agent", spec: "hostNetwork: true, containers: []",
                address: "192.0.2.2")
            let packets = ["192.0.2.2 -> a/web TCP 80", Traps.client]
            func world(_ source: String) -> TrapCluster {
                TrapCluster(
                    Manifest.global(
                        "open", #"selector: "app == 'web'", ingress: [{action: Allow, source: {\#(source)}}]"#), agent)
            }
            #expect(try world(#"selector: "app == 'agent'""#).passing(packets) == [])
            #expect(try world(#"selector: "app in {'agent', 'client'}""#).passing(packets) == [packets[1]])
            #expect(try world("nets: [192.0.2.2/32]").passing(packets) == [packets[0]])
        }

        @Test("T58: policy of remote pods is not evaluated here")
        func t58() throws {
            let packets = ["b/client -> a/db TCP 80", "b/client -> a/db TCP 80 @n1", "b/client -> a/db TCP 80 @n2"]
            let shut = Manifest.namespaced("shut", #"selector: "app == 'db'", types: [Ingress]"#)
            #expect(try TrapCluster(shut).passing(packets) == [packets[1]])
            let member = Manifest.namespaced(
                "out", in: "b",
                #"""
                selector: all(), egress: [{action: Allow, destination: {
                selector: "app == 'db'", namespaceSelector: all()}}]
                """#)
            #expect(try TrapCluster(member).passing(packets) == packets)
            #expect(try TrapCluster(member).passing(["b/client -> a/web TCP 80 @n1"]) == [])
        }
    }
}
