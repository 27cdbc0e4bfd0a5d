import Testing

extension Traps {
    /// Ports of Kubernetes policies.
    @Suite struct KubernetesPortTrapTests {
        /// Every pod of `a`, opened on these ports.
        private static func ports(_ ports: String) -> TrapCluster {
            TrapCluster(Manifest.kubernetes("p", "podSelector: {}, ingress: [{ports: [\(ports)]}]"))
        }

        @Test("K6: a port without protocol is TCP, a protocol without port is all of it")
        func k6() throws {
            let packets = [
                "b/client -> a/web UDP 53", "b/client -> a/web UDP 9", "b/client -> a/web TCP 53",
                "b/client -> a/web TCP 9", "b/client -> a/web SCTP 53",
            ]
            #expect(try Self.ports("{protocol: UDP}").passing(packets) == Array(packets[..<2]))
            #expect(try Self.ports("{port: 53}").passing(packets) == [packets[2]])
            #expect(try Self.ports("{}").passing(packets) == Array(packets[2...3]))
        }

        @Test("K7: a rule with ports never allows ICMP, one without does")
        func k7() throws {
            let packets = ["b/client -> a/web ICMP", "b/client -> a/web ICMPv6", Traps.client]
            #expect(try Self.ports("{port: 80}, {protocol: UDP}, {protocol: SCTP}").passing(packets) == [packets[2]])
            #expect(try Self.ports("").passing(packets) == packets)
        }

        @Test("K9: a named port is each destination pod's own number, of the same protocol")
        func k9() throws {
            let packets = [
                "b/client -> a/web TCP 8080", "b/client -> a/web TCP 80", "b/client -> a/db TCP 80",
                "b/client -> a/db TCP 8080",
            ]
            #expect(try Self.ports("{port: http}").passing(packets) == [packets[0], packets[2]])
            #expect(try Self.ports("{port: http, protocol: UDP}").passing(packets) == [])
            let dns = ["b/client -> a/web UDP 53", "b/client -> a/web TCP 53", "b/client -> a/db TCP 5353"]
            #expect(try Self.ports("{port: dns}").passing(dns) == [dns[2]])
            #expect(try Self.ports("{port: dns, protocol: UDP}").passing(dns) == [dns[0]])
        }

        @Test("K10: a named port in egress to an outside block never matches")
        func k10() throws {
            let packets = ["b/client -> 9.9.9.9 TCP 8080", "b/client -> 9.9.9.9 TCP 80", "b/client -> a/web TCP 8080"]
            func world(_ port: String) -> TrapCluster {
                TrapCluster(
                    Manifest.kubernetes(
                        "p", in: "b",
                        """
                        podSelector: {}, policyTypes: [Egress],
                        egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: \(port)}]}]
                        """))
            }
            #expect(try world("http").passing(packets) == [packets[2]])
            #expect(try world("8080").passing(packets) == [packets[0], packets[2]])
        }

        @Test("K11: a range of one port is legal in NetworkPolicy and v1alpha1, not in v1alpha2")
        func k11() throws {
            let packets = ["b/client -> a/web TCP 79", Traps.client, "b/client -> a/web TCP 81"]
            #expect(try Self.ports("{port: 80, endPort: 80}").passing(packets) == [packets[1]])
            #expect(Self.ports("{port: 80, endPort: 79}").errors == ["spec.ingress[0].ports[0].endPort: invalid-value"])
            let subject = "priority: 1, subject: {namespaces: {}}"
            let admin = Manifest.admin(
                "p",
                """
                \(subject), ingress: [{action: Deny, from: [{namespaces: {}}],
                ports: [{portRange: {start: 80, end: 80}}]}]
                """)
            #expect(try TrapCluster(admin).passing(packets) == [packets[0], packets[2]])
            func cluster(_ end: Int) -> TrapCluster {
                TrapCluster(
                    Manifest.cluster(
                        "p",
                        """
                        tier: Admin, \(subject), ingress: [{action: Deny, from: [{namespaces: {}}],
                        protocols: [{tcp: {destinationPort: {range: {start: 80, end: \(end)}}}}]}]
                        """))
            }
            #expect(cluster(80).errors == ["spec.ingress[0].protocols[0].tcp.destinationPort.range: invalid-value"])
            #expect(try cluster(81).passing(packets) == [packets[0]])
        }
    }
}
