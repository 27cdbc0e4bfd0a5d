import NetTypes
import PolicyIR
import Testing
import Workspace

extension Traps {
    /// Which tier, which policy, which rule comes first; what their ends do.
    @Suite struct OrderTrapTests {
        /// Every pod's ingress, by one rule.
        private static func ingress(_ action: String) -> String { "selector: all(), ingress: [{action: \(action)}]" }

        private static let packets = [Traps.client]

        // MARK: Ends of tiers

        @Test("T9: the default deny of a tier needs a policy with that direction")
        func t9() throws {
            func world(_ types: String) -> TrapCluster {
                TrapCluster(Manifest.namespaced("p", "selector: all(), types: [\(types)]"))
            }
            let packets = [Traps.client, "a/web -> b/client TCP 80"]
            #expect(try world("Egress").passing(packets) == [packets[0]])
            #expect(try world("Ingress").passing(packets) == [packets[1]])
            #expect(try world("Ingress, Egress").passing(packets) == [])
        }

        @Test("T10: a policy with types [Ingress] and no rules denies")
        func t10() throws {
            for rules in ["types: [Ingress]", "types: [Ingress], ingress: []"] {
                #expect(
                    try TrapCluster(Manifest.namespaced("p", "selector: all(), \(rules)")).passing(Self.packets) == [])
            }
        }

        @Test("T11: missing types follow the rules that are there; stored as Calico does, they are both")
        func t11() throws {
            let egress = "selector: all(), egress: [{action: Allow}]"
            let packets = [Traps.client, "a/web -> b/client TCP 80"]
            #expect(try TrapCluster(Manifest.namespaced("p", egress)).passing(packets) == packets)
            let both = egress + ", ingress: [{action: Deny}]"
            #expect(try TrapCluster(Manifest.namespaced("p", both)).passing(packets) == [packets[1]])
            #expect(
                try TrapCluster(Manifest.namespaced("p", "selector: all()")).passing(packets) == [packets[1]])
            let stored = Manifest.namespaced("p", egress)
                .replacing("projectcalico.org/v3", with: "crd.projectcalico.org/v1")
            #expect(try TrapCluster(stored).passing(packets) == [packets[1]])
        }

        @Test("T12: a tier of staged policies alone has no default action")
        func t12() throws {
            func world(_ kind: String) -> TrapCluster {
                TrapCluster(
                    Manifest.tier("security", "order: 100"),
                    Manifest.calico(kind, "name: security.p", "tier: security, \(Self.ingress("Deny"))"),
                    Manifest.global("open", Self.ingress("Allow")))
            }
            #expect(try world("StagedGlobalNetworkPolicy").passing(Self.packets) == Self.packets)
            #expect(try world("GlobalNetworkPolicy").passing(Self.packets) == [])
            let empty = "selector: all(), types: [Ingress]"
            for staged in [
                Manifest.calico("StagedNetworkPolicy", "name: p, namespace: a", empty),
                Manifest.calico("StagedKubernetesNetworkPolicy", "name: p, namespace: a", "podSelector: {}"),
            ] {
                #expect(try TrapCluster(staged).passing(Self.packets) == Self.packets)
            }
            #expect(try TrapCluster(Manifest.namespaced("p", empty)).passing(Self.packets) == [])
        }

        @Test("T16: a policy that selects a pod closes it: the profile's Allow is not reached")
        func t16() throws {
            let packets = [Traps.client, Traps.neighbour, "b/client -> a/db TCP 80"]
            let kubernetes = Manifest.kubernetes(
                "p", "podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {}}]}]")
            #expect(try TrapCluster(kubernetes).passing(packets) == Array(packets[1...]))
            let calico = Manifest.namespaced(
                "p", #"selector: "app == 'web'", ingress: [{action: Allow, source: {selector: all()}}]"#)
            #expect(try TrapCluster(calico).passing(packets) == Array(packets[1...]))
        }

        @Test("T54: both ends deny by default: an open egress does not open the ingress")
        func t54() throws {
            func world(egress: String, ingress: String) -> TrapCluster {
                TrapCluster(
                    Manifest.namespaced("out", in: "b", "selector: all(), types: [Egress], egress: [\(egress)]"),
                    Manifest.namespaced("in", in: "a", "selector: all(), types: [Ingress], ingress: [\(ingress)]"))
            }
            #expect(try world(egress: "{action: Allow}", ingress: "").passing(Self.packets) == [])
            #expect(try world(egress: "", ingress: "{action: Allow}").passing(Self.packets) == [])
            #expect(
                try world(egress: "{action: Allow}", ingress: "{action: Allow}").passing(Self.packets) == Self.packets)
        }

        @Test("T57: a tier that denies is none for a pod that no policy of it selects")
        func t57() throws {
            let packets = [Traps.client, Traps.neighbour, "b/client -> a/db TCP 80"]
            let world = TrapCluster(
                Manifest.tier("security", "order: 1, defaultAction: Deny"),
                Manifest.namespaced(
                    "p",
                    #"""
                    tier: security, selector: "app == 'web'", ingress: [{action: Allow, source: {selector: all()}}]
                    """#))
            #expect(try world.passing(packets) == Array(packets[1...]))
        }

        // MARK: Order of policies and tiers

        @Test("T13: equal orders are decided by the text name/namespace/kind; tiers by their names")
        func t13() throws {
            func world(_ denying: String, _ allowing: String) -> TrapCluster {
                TrapCluster(
                    Manifest.global(denying, "order: 5, \(Self.ingress("Deny"))"),
                    Manifest.global(allowing, "order: 5, \(Self.ingress("Allow"))"))
            }
            // `-` and `.` sort below the `/` behind the shorter name.
            #expect(try world("a", "a-b").passing(Self.packets) == Self.packets)
            #expect(try world("a", "a.b").passing(Self.packets) == Self.packets)
            #expect(try world("a", "ab").passing(Self.packets) == [])

            let namespaces = TrapCluster(
                Manifest.namespaced("a", in: "z", "order: 5"), Manifest.namespaced("b", in: "a", "order: 5"),
                Manifest.global("b", "order: 5"))
            let tier = try #require(namespaces.inputs.cluster.tiers.first { $0.name == "default" })
            #expect(tier.policies.map(\.name.description) == ["np/z/a", "gnp/b", "np/a/b"])

            let tiers = TrapCluster(
                Manifest.tier("a", "order: 5"), Manifest.tier("a-b", "order: 5"),
                Manifest.global("deny", "tier: a, \(Self.ingress("Deny"))"),
                Manifest.global("open", "tier: a-b, \(Self.ingress("Allow"))"))
            #expect(try tiers.passing(Self.packets) == [])
        }

        @Test("T14: a policy without order comes after every number, a tier without order counts as 1,000,000")
        func t14() throws {
            let policies = TrapCluster(
                Manifest.global("a", Self.ingress("Deny")),
                Manifest.global("z", "order: 1000000000, \(Self.ingress("Allow"))"))
            #expect(try policies.passing(Self.packets) == Self.packets)

            func tier(_ name: String, besides other: String) -> TrapCluster {
                TrapCluster(
                    Manifest.tier(name), Manifest.global("deny", "tier: \(name), \(Self.ingress("Deny"))"), other)
            }
            let normal = Manifest.global("open", Self.ingress("Allow"))
            #expect(try tier("app", besides: normal).passing(Self.packets) == [])
            #expect(try tier("zeta", besides: normal).passing(Self.packets) == Self.packets)
            let baseline = Manifest.cluster(
                "open",
                """
                tier: Baseline, priority: 0, subject: {namespaces: {}}, ingress: [
                {action: Accept, from: [{namespaces: {}}]}]
                """)
            #expect(try tier("zeta", besides: baseline).passing(Self.packets) == [])
        }

        @Test("T15: a Kubernetes NetworkPolicy has order 1000 in tier default")
        func t15() throws {
            func world(_ order: Int) -> TrapCluster {
                TrapCluster(
                    Manifest.namespaced("deny", "order: \(order), \(Self.ingress("Deny"))"),
                    Manifest.kubernetes("open", "podSelector: {}, ingress: [{}]"))
            }
            #expect(try world(2000).passing(Self.packets) == Self.packets)
            #expect(try world(500).passing(Self.packets) == [])
        }

        // MARK: Rules

        @Test("T41: Log does not decide")
        func t41() throws {
            func world(_ actions: String...) -> TrapCluster {
                let rules = actions.map { "{action: \($0)}" }.joined(separator: ", ")
                return TrapCluster(Manifest.namespaced("p", "selector: all(), ingress: [\(rules)]"))
            }
            #expect(try world("Log", "Deny").passing(Self.packets) == [])
            #expect(try world("Log", "Allow").passing(Self.packets) == Self.packets)
            #expect(try world("Log").passing(Self.packets) == [])
        }
    }
}
