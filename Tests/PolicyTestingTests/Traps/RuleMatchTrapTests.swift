import Testing

extension Traps {
    /// The conditions of a rule besides selectors and names of ports.
    @Suite struct RuleMatchTrapTests {
        /// `a/web`, opened by one rule.
        private static func opening(_ conditions: String) -> TrapCluster {
            TrapCluster(
                Manifest.global("open", #"selector: "app == 'web'", ingress: [{action: Allow, \#(conditions)}]"#))
        }

        /// `a/web`, closed by one rule.
        private static func denying(_ conditions: String) -> TrapCluster {
            TrapCluster(
                Manifest.global(
                    "deny",
                    #"selector: "app == 'web'", ingress: [{action: Deny, \#(conditions)}, {action: Allow}]"#))
        }

        @Test("T26: notNets of the other family alone removes the rule")
        func t26() throws {
            let packets = [
                "9.9.9.9 -> a/web TCP 80", "2001:db8:9::9 -> a/web TCP 80", "fd00::2 -> a/web TCP 80",
            ]
            #expect(try Self.opening(#"source: {notNets: ["fd00::/8"]}"#).passing(packets) == [packets[1]])
            #expect(try Self.denying(#"source: {notNets: ["fd00::/8"]}"#).passing(packets) == [packets[0], packets[2]])
            #expect(try Self.opening("source: {notNets: [10.0.0.0/8]}").passing(packets) == [packets[0]])
        }

        @Test("T31: ports, source nets and destination nets are ANDed, however many")
        func t31() throws {
            // More than 15 ports and two nets on each side: three blocks in Calico's own rules.
            let ports = (1...16).map { "\($0 * 2)" }.joined(separator: ", ")
            func world(to nets: String) -> TrapCluster {
                Self.opening(
                    """
                    protocol: TCP, source: {nets: [10.0.0.2/32, 203.0.113.0/24]}, destination: {nets: [\(nets)],
                    ports: [\(ports)]}
                    """)
            }
            let packets = [
                "b/client -> a/web TCP 2", "b/client -> a/web TCP 32", "b/client -> a/web TCP 33",
                "a/db -> a/web TCP 2", "203.0.113.9 -> a/web TCP 30",
            ]
            #expect(try world(to: "10.8.0.0/16, 10.9.0.0/16").passing(packets) == [])
            #expect(try world(to: "10.8.0.0/16, 10.0.0.1/32").passing(packets) == [packets[0], packets[1], packets[4]])
        }

        @Test("T40: UDP 4789 and protocol 4 from pods are dropped whatever policy says")
        func t40() throws {
            let packets = [
                "b/client -> 9.9.9.9 UDP 4789", "b/client -> a/web UDP 4789", "b/client -> 9.9.9.9 4",
                "9.9.9.9 -> a/web UDP 4789", "9.9.9.9 -> a/web 4", "b/client -> 9.9.9.9 UDP 4790",
                "b/client -> 9.9.9.9 TCP 4789", "b/client -> 9.9.9.9 47",
            ]
            let open = Manifest.global(
                "open", "selector: all(), ingress: [{action: Allow}], egress: [{action: Allow}]")
            #expect(try TrapCluster(open).passing(packets) == Array(packets[3...]))
            let felix = Manifest.felix("allowVXLANPacketsFromWorkloads: true")
            #expect(try TrapCluster(open, felix).passing(packets) == Array(packets[..<2] + packets[3...]))
        }

        @Test("T42: a rule with http is an allowance of everything that its other fields admit")
        func t42() throws {
            let packets = [Traps.client, "b/client -> a/web UDP 53", "b/client -> a/web ICMP", "b/client -> a/web 47"]
            #expect(try Self.opening("http: {methods: [GET], paths: [{exact: /}]}").passing(packets) == packets)
            #expect(try Self.opening("protocol: TCP, http: {methods: [GET]}").passing(packets) == [packets[0]])
        }

        @Test("T43: the protocol's name ICMP implies IPv4, its number does not")
        func t43() throws {
            let packets = [
                "b/client -> a/web ICMP", "b/client -> a/web ICMPv6", "fd00::2 -> a/web 1", "10.0.0.2 -> a/web 58",
            ]
            #expect(try Self.opening("protocol: ICMP").passing(packets) == [packets[0]])
            #expect(try Self.opening("protocol: ICMPv6").passing(packets) == [packets[1]])
            #expect(try Self.opening("protocol: 1").passing(packets) == [packets[0], packets[2]])
            #expect(try Self.opening("protocol: 58").passing(packets) == [packets[1], packets[3]])
        }

        @Test("T44: notICMP with type and code negates the pair, not each")
        func t44() throws {
            let packets = [
                "b/client -> a/web ICMP 3/1", "b/client -> a/web ICMP 3/0", "b/client -> a/web ICMP 8/1",
                "b/client -> a/web ICMP 8/0", Traps.client,
            ]
            #expect(
                try Self.opening("protocol: ICMP, notICMP: {type: 3, code: 1}").passing(packets)
                    == Array(packets[1...3]))
            #expect(
                try Self.opening("protocol: ICMP, notICMP: {type: 3}").passing(packets) == Array(packets[2...3]))
        }

        @Test("T56: neighbour discovery from a pod to its node comes before policy, an echo request does not")
        func t56() throws {
            let housekeeping = [130, 131, 132, 133, 135, 136].map { "b/client -> node/n1 ICMPv6 \($0)/0" }
            let others = [128, 134, 137].map { "b/client -> node/n1 ICMPv6 \($0)/0" }
            let forwarded = ["b/client -> a/web ICMPv6 135/0"]
            let packets = housekeeping + others + forwarded
            let accept = Manifest.felix("defaultEndpointToHostAction: Accept")
            func egress(_ rules: String) -> String {
                Manifest.namespaced("out", in: "b", "selector: all(), types: [Egress], egress: [\(rules)]")
            }
            #expect(try TrapCluster(accept, egress("")).passing(packets) == housekeeping)
            #expect(try TrapCluster(egress("{action: Allow}")).passing(packets) == housekeeping + forwarded)
            #expect(try TrapCluster(accept, egress("{action: Allow}")).passing(packets) == packets)
        }
    }
}
