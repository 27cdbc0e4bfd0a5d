import Testing

extension Traps {
    /// Packets of connections that are known already, and addresses that change hands.
    @Suite struct ConnectionTrapTests {
        @Test("T24: established connections outlive a new Deny")
        func t24() throws {
            let closed = TrapCluster(
                Manifest.global("deny", "selector: all(), ingress: [{action: Deny}], egress: [{action: Deny}]"))
            for packet in [Traps.client, "b/client -> a/db TCP 80", "9.9.9.9 -> a/web TCP 80"] {
                let conversation = TrapConversation(packet)
                #expect(
                    try conversation.passes(.init(TrapCluster(), .opens, .answers), .init(closed, .goesOn, .answers))
                        == [true, true, true, true])
                #expect(try conversation.passes(.init(closed, .opens, .answers)) == [false, false])
            }
            // Not answered yet, the connection is new.
            #expect(
                try TrapConversation("b/client -> a/web UDP 53").passes(
                    .init(TrapCluster(), .opens), .init(closed, .opens)) == [true, false])
        }

        @Test("T25: an answer needs no rule, a connection the other way round does")
        func t25() throws {
            let world = TrapCluster(
                Manifest.namespaced("in", in: "b", "selector: all(), types: [Ingress]"),
                Manifest.namespaced("out", in: "a", "selector: all(), types: [Egress]"))
            for packet in [Traps.client, "b/client -> a/db TCP 80", "b/client -> a/web UDP 53"] {
                #expect(
                    try TrapConversation(packet).passes(.init(world, .opens, .answers, .goesOn))
                        == [true, true, true])
                // The same answer to nothing.
                #expect(try TrapConversation(packet).passes(.init(world, .answers)) == [false])
            }
            #expect(
                try world.passing([Traps.client, "a/web -> b/client TCP 80", "a/db -> b/client TCP 80"]).count == 1)
        }

        @Test("T50: the address of a finished pod has left the sets")
        func t50() throws {
            let open = Manifest.global(
                "open",
                #"selector: "app == 'web'", ingress: [{action: Allow, source: {selector: "app == 'job'"}}]"#)
            let packets = ["10.0.0.7 -> a/web TCP 80"]
            func job(_ phase: String) -> String {
                Manifest.pod("job", in: "b", node: "n1", labels: "app: job", address: "10.0.0.7", phase: phase)
            }
            let heir = Manifest.pod("heir", in: "b", node: "n1", address: "10.0.0.7")
            for phase in ["Succeeded", "Failed"] {
                #expect(try TrapCluster(open, job(phase), heir).passing(packets) == [])
            }
            for phase in ["Running", "Pending"] {
                #expect(try TrapCluster(open, job(phase)).passing(packets) == packets)
            }
        }
    }
}
