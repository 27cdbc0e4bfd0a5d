import Testing

extension Traps {
    /// Directions of Kubernetes NetworkPolicies, and their place beside Calico's.
    @Suite struct KubernetesDirectionTrapTests {
        private static let out = "a/web -> b/client TCP 80"

        private static func closed(_ spec: String) -> TrapCluster {
            TrapCluster(Manifest.kubernetes("p", "podSelector: {}, \(spec)"))
        }

        @Test("K2: egress: [] without policyTypes governs ingress alone")
        func k2() throws {
            for egress in ["[]", "null"] {
                #expect(try Self.closed("egress: \(egress)").passing([Traps.client, Self.out]) == [Self.out])
            }
            #expect(
                try Self.closed("policyTypes: [Egress], egress: []").passing([Traps.client, Self.out])
                    == [Traps.client])
            #expect(try Self.closed("egress: [{ports: [{port: 1}]}]").passing([Traps.client, Self.out]) == [])
        }

        @Test("K3: egress rules under policyTypes [Ingress] do nothing")
        func k3() throws {
            let rules = "[{ports: [{port: 1}]}]"
            #expect(
                try Self.closed("policyTypes: [Ingress], egress: \(rules)").passing([Traps.client, Self.out])
                    == [Self.out])
            #expect(
                try Self.closed("policyTypes: [Egress], ingress: \(rules)").passing([Traps.client, Self.out])
                    == [Traps.client])
            #expect(
                try Self.closed("policyTypes: [Ingress, Egress], egress: \(rules)")
                    .passing([Traps.client, Self.out]) == [])
        }

        @Test("K28: two NetworkPolicies never conflict; one of Calico's may, by order 1000")
        func k28() throws {
            let open = Manifest.kubernetes("z", "podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]")
            let shut = Manifest.kubernetes("a", "podSelector: {}")
            #expect(try TrapCluster(open, shut).passing([Traps.client, Traps.stranger]) == [Traps.client])
            func calico(_ order: Int, _ action: String) -> String {
                Manifest.namespaced("c", "order: \(order), selector: all(), ingress: [{action: \(action)}]")
            }
            #expect(try TrapCluster(open, calico(999, "Deny")).passing([Traps.client, Traps.stranger]) == [])
            #expect(
                try TrapCluster(open, calico(1001, "Deny")).passing([Traps.client, Traps.stranger]) == [Traps.client])
            // What a NetworkPolicy leaves over is not denied before Calico's later policies were asked.
            #expect(
                try TrapCluster(shut, calico(1001, "Allow")).passing([Traps.client, Traps.stranger])
                    == [Traps.client, Traps.stranger])
        }

        @Test("K29: equal orders: name first, then namespace, then kind")
        func k29() throws {
            let open = Manifest.kubernetes("b", "podSelector: {}, ingress: [{}]")
            let deny = "order: 1000, selector: all(), ingress: [{action: Deny}]"
            func passes(_ policy: String) throws -> Bool {
                try !TrapCluster(open, policy).passing([Traps.client]).isEmpty
            }
            #expect(try !passes(Manifest.namespaced("a", deny)))
            #expect(try passes(Manifest.namespaced("c", deny)))
            #expect(try passes(Manifest.global("c", deny)))
            // The same name: no namespace sorts before one, and KubernetesNetworkPolicy before NetworkPolicy.
            #expect(try !passes(Manifest.global("b", deny)))
            #expect(try passes(Manifest.namespaced("b", deny)))
        }

        @Test("K30: a pod that IPv4 rules open is closed for IPv6")
        func k30() throws {
            let packets = ["9.9.9.9 -> a/web TCP 80", "2001:db8:9::9 -> a/web TCP 80", "fd00::2 -> a/web TCP 80"]
            func world(_ block: String) -> TrapCluster {
                TrapCluster(
                    Manifest.kubernetes("p", "podSelector: {}, ingress: [{from: [{ipBlock: {cidr: \(block)}}]}]"))
            }
            #expect(try world("0.0.0.0/0").passing(packets) == [packets[0]])
            #expect(try world("\"::/0\"").passing(packets) == Array(packets[1...]))
        }
    }
}
