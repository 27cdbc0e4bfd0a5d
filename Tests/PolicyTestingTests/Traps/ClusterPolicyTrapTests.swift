import Foundation
import Testing

extension Traps {
    /// Policies for whole clusters: ClusterNetworkPolicy, AdminNetworkPolicy, BaselineAdminNetworkPolicy.
    @Suite struct ClusterPolicyTrapTests {
        private static let everyPod = "subject: {namespaces: {}}"
        private static let web = "subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}}"
        private static let anyone = "[{namespaces: {}}]"
        private static let everywhere = "[{networks: [0.0.0.0/0, \"::/0\"]}]"

        /// Isolates a/web's ingress.
        private static let closedWeb = Manifest.kubernetes(
            "closed", "podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]")

        private static let sets = """
            apiVersion: projectcalico.org/v3
            kind: NetworkSet
            metadata: {name: dns, namespace: b}
            spec: {nets: [8.8.8.8/32]}
            ---
            apiVersion: projectcalico.org/v3
            kind: GlobalNetworkSet
            metadata: {name: one}
            spec: {nets: [1.1.1.1/32]}
            """

        // MARK: Calico

        @Test("T8: a namespaces peer reaches network sets of these namespaces, a KNP's namespaceSelector doesn't (T7)")
        func t8() throws {
            let packets = ["8.8.8.8 -> a/web TCP 80", "9.9.9.9 -> a/web TCP 80", "b/client -> a/web TCP 80"]
            let accepting = Manifest.cluster(
                "open", "tier: Admin, priority: 1, \(Self.web), ingress: [{action: Accept, from: \(Self.anyone)}]")
            #expect(
                try TrapCluster(accepting, Self.closedWeb, Self.sets).passing(packets) == [packets[0], packets[2]])
            let allowing = Manifest.kubernetes(
                "open",
                "podSelector: {matchLabels: {app: web}}, ingress: [{from: [{namespaceSelector: {}}]}]")
            #expect(try TrapCluster(allowing, Self.closedWeb, Self.sets).passing(packets) == [packets[2]])
            let pods = accepting.replacing(Self.anyone, with: "[{pods: {podSelector: {}}}]")
            #expect(try TrapCluster(pods, Self.closedWeb, Self.sets).passing(packets) == [packets[2]])
        }

        @Test("T17: Pass in the last tier goes to the profiles")
        func t17() throws {
            let world = TrapCluster(
                Manifest.cluster(
                    "base",
                    """
                    tier: Baseline, priority: 1, \(Self.web), ingress: [
                    {action: Pass, from: [{pods: {podSelector: {matchLabels: {app: client}}}}]},
                    {action: Deny, from: \(Self.anyone)}]
                    """))
            #expect(
                try world.passing(["b/client -> a/web TCP 80", "a/db -> a/web TCP 80"]) == ["b/client -> a/web TCP 80"])
            #expect(
                try world.reason("b/client -> a/web TCP 80")
                    == "ingress of a/web: policies passed it on, profile kns.a allows (trap.yaml:8)")
        }

        @Test("T18: Accept in kube-admin ends the evaluation: default's Deny is not reached")
        func t18() throws {
            let deny = """
                apiVersion: projectcalico.org/v3
                kind: GlobalNetworkPolicy
                metadata: {name: deny}
                spec: {order: 1, selector: all(), ingress: [{action: Deny}]}
                """
            let accept = Manifest.cluster(
                "open",
                """
                tier: Admin, priority: 1000, \(Self.web), ingress: [{action: Accept, from: \(Self.anyone),
                protocols: [{tcp: {destinationPort: {number: 80}}}]}]
                """)
            let packets = ["b/client -> a/web TCP 80", "b/client -> a/web TCP 81", "b/client -> a/db TCP 80"]
            #expect(try TrapCluster(deny, accept).passing(packets) == [packets[0]])
        }

        @Test("T19: no match in a tier of default action Pass goes on to the next tier")
        func t19() throws {
            let other = Manifest.cluster(
                "other",
                """
                tier: Admin, priority: 1, \(Self.everyPod), ingress: [{action: Deny,
                from: [{namespaces: {matchLabels: {env: none}}}]}]
                """)
            #expect(try TrapCluster(other).passing(["b/client -> a/web TCP 80"]).count == 1)
            #expect(try TrapCluster(other, Self.closedWeb).passing(["b/client -> a/web TCP 80"]).isEmpty)
        }

        @Test("T45: a namespaces peer that is true on absent labels reaches what has no namespace; pods peers don't")
        func t45() throws {
            let packets = [
                "1.1.1.1 -> a/web TCP 80", "8.8.8.8 -> a/web TCP 80", "9.9.9.9 -> a/web TCP 80",
                "b/client -> a/web TCP 80", "a/db -> a/web TCP 80",
            ]
            let notProd = "{matchExpressions: [{key: env, operator: NotIn, values: [prod]}]}"
            func verdicts(_ peer: String) throws -> [String] {
                try TrapCluster(
                    Manifest.cluster(
                        "strangers", "tier: Admin, priority: 1, \(Self.web), ingress: [{action: Deny, from: [\(peer)]}]"
                    ),
                    Self.sets
                ).passing(packets)
            }
            let namespaces = try verdicts("{namespaces: \(notProd)}")
            #expect(namespaces == [packets[2], packets[4]])
            let pods = try verdicts("{pods: {namespaceSelector: \(notProd), podSelector: {}}}")
            #expect(pods == [packets[0], packets[1], packets[2], packets[4]])
        }

        @Test("T52: a Deny rule that cannot be converted denies all of its direction, an Allow rule is gone")
        func t52() throws {
            let packets = ["b/client -> a/web TCP 80", "b/client -> 9.9.9.9 TCP 80", "a/web -> b/client TCP 80"]
            func egress(_ action: String, _ peer: String) -> String {
                Manifest.admin(
                    "far",
                    """
                    priority: 1, subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: client}}}},
                    egress: [{action: \(action), to: [{networks: [203.0.113.0/24]}, \(peer)],
                    ports: [{portNumber: {port: 1}}]}, {action: Deny, to: [{networks: [9.9.9.0/24]}]}]
                    """)
            }
            for peer in ["{nodes: {}}", "{domainNames: [example.org]}"] {
                #expect(try TrapCluster(egress("Deny", peer)).passing(packets) == [packets[2]])
                #expect(try TrapCluster(egress("Allow", peer)).passing(packets) == [packets[0], packets[2]])
            }
            let knp = TrapCluster(
                Manifest.kubernetes("p", "podSelector: {}, ingress: [{ports: [{port: http, endPort: 90}]}]"))
            #expect(knp.errors == ["spec.ingress[0].ports[0].endPort: invalid-value"])
        }

        // MARK: Kubernetes

        @Test("K13: networks match pod addresses, too")
        func k13() throws {
            let deny = Manifest.cluster(
                "cut", "tier: Admin, priority: 1, \(Self.everyPod), egress: [{action: Deny, to: \(Self.everywhere)}]")
            #expect(try TrapCluster(deny).passing(["b/client -> a/web TCP 80", "b/client -> 9.9.9.9 ICMP"]).isEmpty)
            let block = Manifest.kubernetes(
                "block", "podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/24}}]}]")
            #expect(
                try TrapCluster(block).passing(["b/client -> a/web TCP 80", "a/db -> a/web TCP 80"])
                    == ["b/client -> a/web TCP 80"])
        }

        @Test("K18: a pod that a NetworkPolicy selects never sees Baseline rules in that direction")
        func k18() throws {
            let accept = Manifest.cluster(
                "open",
                "tier: Baseline, priority: 1, \(Self.everyPod), ingress: [{action: Accept, from: \(Self.anyone)}]")
            let deny = Manifest.baseline("\(Self.everyPod), ingress: [{action: Deny, from: \(Self.anyone)}]")
            let packets = ["b/client -> a/web TCP 80", "b/client -> a/db TCP 80"]
            #expect(try TrapCluster(accept, Self.closedWeb).passing(packets) == [packets[1]])
            #expect(try TrapCluster(deny).passing(packets).isEmpty)
            let opened = Self.closedWeb.replacing("policyTypes: [Ingress]", with: "ingress: [{}]")
            #expect(try TrapCluster(deny, opened).passing(packets) == [packets[0]])
        }

        @Test("K19: an admin policy that selects a pod but matches no rule does not isolate it")
        func k19() throws {
            let allow = Manifest.admin(
                "some",
                "priority: 1, \(Self.web), ingress: [{action: Allow, from: [{namespaces: {matchLabels: {env: prod}}}]}]"
            )
            let packets = ["b/client -> a/web TCP 80", "a/db -> a/web TCP 80"]
            #expect(try TrapCluster(allow).passing(packets) == packets)
        }

        @Test("K20: Accept on egress does not excuse the destination's ingress policies")
        func k20() throws {
            let accept = Manifest.cluster(
                "out", "tier: Admin, priority: 1, \(Self.everyPod), egress: [{action: Accept, to: \(Self.anyone)}]")
            let packets = ["b/client -> a/web TCP 80", "b/client -> a/db TCP 80"]
            #expect(try TrapCluster(accept, Self.closedWeb).passing(packets) == [packets[1]])
        }

        @Test("K21: Pass skips the rest of the tier, not of the policy")
        func k21() throws {
            let pass = Manifest.admin(
                "first", "priority: 1, \(Self.web), ingress: [{action: Pass, from: \(Self.anyone)}]")
            let deny = Manifest.cluster(
                "then",
                "tier: Admin, priority: 2, \(Self.everyPod), ingress: [{action: Deny, from: \(Self.anyone)}]")
            let packets = ["b/client -> a/web TCP 80", "b/client -> a/db TCP 80"]
            #expect(try TrapCluster(pass, deny).passing(packets) == [packets[0]])
            #expect(try TrapCluster(pass, deny, Self.closedWeb).passing(packets).isEmpty)
        }

        @Test("K22: the lower priority wins, over kinds; names decide between equals")
        func k22() throws {
            let packets = ["b/client -> a/web TCP 80"]
            func world(_ accept: (name: String, priority: Int), _ deny: (name: String, priority: Int)) -> TrapCluster {
                TrapCluster(
                    Manifest.cluster(
                        accept.name,
                        """
                        tier: Admin, priority: \(accept.priority), \(Self.web),
                        ingress: [{action: Accept, from: \(Self.anyone)}]
                        """),
                    Manifest.admin(
                        deny.name,
                        "priority: \(deny.priority), \(Self.web), ingress: [{action: Deny, from: \(Self.anyone)}]"))
            }
            #expect(try world(("z", 9), ("a", 10)).passing(packets) == packets)
            #expect(try world(("a", 10), ("z", 9)).passing(packets).isEmpty)
            #expect(try world(("a", 5), ("b", 5)).passing(packets) == packets)
            #expect(try world(("b", 5), ("a", 5)).passing(packets).isEmpty)
        }

        @Test("K23: an unsupported peer in a Pass rule fails closed to Deny")
        func k23() throws {
            let pass = Manifest.admin(
                "pass", "priority: 1, \(Self.everyPod), egress: [{action: Pass, to: [{namespaces: {}}, {nodes: {}}]}]")
            let world = TrapCluster(pass)
            #expect(try world.passing(["b/client -> a/web TCP 80", "b/client -> 9.9.9.9 ICMP"]).isEmpty)
            #expect(
                try world.reason("b/client -> a/web TCP 80")
                    == "egress of b/client: denied by kanp/pass egress[0], tier kube-admin (trap.yaml:4)")
        }

        @Test("K24: v1alpha1 says Allow, v1alpha2 says Accept; each refuses the other's word")
        func k24() {
            func rules(_ action: String) -> String { "ingress: [{action: \(action), from: \(Self.anyone)}]" }
            let refused = ["spec.ingress[0].action: unsupported-value"]
            let cluster = "tier: Admin, priority: 1, \(Self.everyPod)"
            #expect(TrapCluster(Manifest.cluster("p", "\(cluster), \(rules("Accept"))")).errors == [])
            #expect(TrapCluster(Manifest.cluster("p", "\(cluster), \(rules("Allow"))")).errors == refused)
            #expect(TrapCluster(Manifest.admin("p", "priority: 1, \(Self.everyPod), \(rules("Allow"))")).errors == [])
            #expect(
                TrapCluster(Manifest.admin("p", "priority: 1, \(Self.everyPod), \(rules("Accept"))")).errors == refused)
            #expect(TrapCluster(Manifest.baseline("\(Self.everyPod), \(rules("Allow"))")).errors == [])
            #expect(TrapCluster(Manifest.baseline("\(Self.everyPod), \(rules("Pass"))")).errors == refused)
        }

        @Test("K25: CNP named ports have no protocol, nor have ANP's; an ANP port without one is TCP")
        func k25() throws {
            let packets = [
                "b/client -> a/web UDP 53", "b/client -> a/web TCP 53", "b/client -> a/db TCP 5353",
                "b/client -> a/db UDP 5353", "b/client -> a/web TCP 5353", "b/client -> a/web ICMP",
            ]
            let named = Manifest.cluster(
                "dns",
                """
                tier: Admin, priority: 1, \(Self.everyPod), ingress: [{action: Deny, from: \(Self.anyone),
                protocols: [{destinationNamedPort: dns}]}]
                """)
            #expect(try TrapCluster(named).passing(packets) == [packets[1]] + packets[3...])
            func ports(_ port: String) -> String {
                Manifest.admin(
                    "dns",
                    """
                    priority: 1, \(Self.everyPod), ingress: [{action: Deny, from: \(Self.anyone), ports: [\(port)]}]
                    """)
            }
            #expect(try TrapCluster(ports("{namedPort: dns}")).passing(packets) == [packets[1]] + packets[3...])
            #expect(
                try TrapCluster(ports("{portNumber: {port: 53}}")).passing(packets) == [packets[0]] + packets[2...])
            #expect(
                try TrapCluster(ports("{portRange: {protocol: UDP, start: 53, end: 5353}}")).passing(packets)
                    == [packets[1], packets[2], packets[4], packets[5]])
        }

        @Test("K26: BANP must be called default; Baseline CNPs may be many, by priority")
        func k26() throws {
            let rules = "ingress: [{action: Deny, from: \(Self.anyone)}]"
            #expect(
                TrapCluster(Manifest.baseline("\(Self.everyPod), \(rules)", name: "mine")).errors
                    == ["metadata.name: invalid-value"])
            func baseline(_ name: String, _ priority: Int, _ action: String) -> String {
                Manifest.cluster(
                    name,
                    """
                    tier: Baseline, priority: \(priority), \(Self.web), ingress: [{action: \(action), from: \(Self.anyone)}]
                    """)
            }
            let packets = ["b/client -> a/web TCP 80"]
            #expect(try TrapCluster(baseline("b", 3, "Accept"), baseline("a", 7, "Deny")).passing(packets) == packets)
            #expect(try TrapCluster(baseline("b", 7, "Accept"), baseline("a", 3, "Deny")).passing(packets).isEmpty)
            // BANP stands at order 1000: behind a priority of 999.
            let banp = Manifest.baseline("\(Self.web), \(rules)")
            #expect(try TrapCluster(banp, baseline("z", 999, "Accept")).passing(packets) == packets)
            #expect(
                try TrapCluster(banp).reason(packets[0])
                    == "ingress of a/web: denied by kbanp/default ingress[0], tier kube-baseline (trap.yaml:4)")
        }
    }
}
