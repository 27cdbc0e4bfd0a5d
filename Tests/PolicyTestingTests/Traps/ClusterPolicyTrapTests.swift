import Foundation
import Testing

extension Traps {
    /// Policies for whole clusters: ClusterNetworkPolicy, AdminNetworkPolicy, BaselineAdminNetworkPolicy.
    @Suite struct ClusterPolicyTrapTests {
        /// A document of one of the three kinds.
        private static func policy(_ kind: String, _ name: String, _ spec: String) -> String {
            let version = kind == "ClusterNetworkPolicy" ? "v1alpha2" : "v1alpha1"
            return
                "apiVersion: policy.networking.k8s.io/\(version)\nkind: \(kind)\nmetadata: {name: \(name)}\nspec: {\(spec)}"
        }

        private static func cluster(_ name: String, _ spec: String) -> String {
            policy("ClusterNetworkPolicy", name, spec)
        }

        private static func admin(_ name: String, _ spec: String) -> String { policy("AdminNetworkPolicy", name, spec) }

        private static func baseline(_ spec: String) -> String { policy("BaselineAdminNetworkPolicy", "default", spec) }

        private static func kubernetes(_ name: String, _ spec: String) -> String {
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: \(name), namespace: a}\nspec: {\(spec)}"
        }

        private static func world(_ documents: String...) -> TrapCluster {
            TrapCluster(documents.joined(separator: "\n---\n"))
        }

        private static let everyPod = "subject: {namespaces: {}}"
        private static let web = "subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}}"
        private static let anyone = "[{namespaces: {}}]"
        private static let everywhere = "[{networks: [0.0.0.0/0, \"::/0\"]}]"

        /// Isolates a/web's ingress.
        private static let closedWeb = kubernetes(
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
            let accepting = Self.cluster(
                "open", "tier: Admin, priority: 1, \(Self.web), ingress: [{action: Accept, from: \(Self.anyone)}]")
            #expect(
                try Self.world(accepting, Self.closedWeb, Self.sets).passing(packets) == [packets[0], packets[2]])
            let allowing = Self.kubernetes(
                "open",
                "podSelector: {matchLabels: {app: web}}, ingress: [{from: [{namespaceSelector: {}}]}]")
            #expect(try Self.world(allowing, Self.closedWeb, Self.sets).passing(packets) == [packets[2]])
            let pods = accepting.replacing(Self.anyone, with: "[{pods: {podSelector: {}}}]")
            #expect(try Self.world(pods, Self.closedWeb, Self.sets).passing(packets) == [packets[2]])
        }

        @Test("T17: Pass in the last tier goes to the profiles")
        func t17() throws {
            let world = Self.world(
                Self.cluster(
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
            let accept = Self.cluster(
                "open",
                """
                tier: Admin, priority: 1000, \(Self.web), ingress: [{action: Accept, from: \(Self.anyone),
                protocols: [{tcp: {destinationPort: {number: 80}}}]}]
                """)
            let packets = ["b/client -> a/web TCP 80", "b/client -> a/web TCP 81", "b/client -> a/db TCP 80"]
            #expect(try Self.world(deny, accept).passing(packets) == [packets[0]])
        }

        @Test("T19: no match in a tier of default action Pass goes on to the next tier")
        func t19() throws {
            let other = Self.cluster(
                "other",
                """
                tier: Admin, priority: 1, \(Self.everyPod), ingress: [{action: Deny,
                from: [{namespaces: {matchLabels: {env: none}}}]}]
                """)
            #expect(try Self.world(other).passing(["b/client -> a/web TCP 80"]).count == 1)
            #expect(try Self.world(other, Self.closedWeb).passing(["b/client -> a/web TCP 80"]).isEmpty)
        }

        @Test("T45: a namespaces peer that is true on absent labels reaches what has no namespace; pods peers don't")
        func t45() throws {
            let packets = [
                "1.1.1.1 -> a/web TCP 80", "8.8.8.8 -> a/web TCP 80", "9.9.9.9 -> a/web TCP 80",
                "b/client -> a/web TCP 80", "a/db -> a/web TCP 80",
            ]
            let notProd = "{matchExpressions: [{key: env, operator: NotIn, values: [prod]}]}"
            func verdicts(_ peer: String) throws -> [String] {
                try Self.world(
                    Self.cluster(
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
                Self.admin(
                    "far",
                    """
                    priority: 1, subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: client}}}},
                    egress: [{action: \(action), to: [{networks: [203.0.113.0/24]}, \(peer)],
                    ports: [{portNumber: {port: 1}}]}, {action: Deny, to: [{networks: [9.9.9.0/24]}]}]
                    """)
            }
            for peer in ["{nodes: {}}", "{domainNames: [example.org]}"] {
                #expect(try Self.world(egress("Deny", peer)).passing(packets) == [packets[2]])
                #expect(try Self.world(egress("Allow", peer)).passing(packets) == [packets[0], packets[2]])
            }
            let knp = Self.world(
                Self.kubernetes("p", "podSelector: {}, ingress: [{ports: [{port: http, endPort: 90}]}]"))
            #expect(knp.errors == ["spec.ingress[0].ports[0].endPort: invalid-value"])
        }

        // MARK: Kubernetes

        @Test("K13: networks match pod addresses, too")
        func k13() throws {
            let deny = Self.cluster(
                "cut", "tier: Admin, priority: 1, \(Self.everyPod), egress: [{action: Deny, to: \(Self.everywhere)}]")
            #expect(try Self.world(deny).passing(["b/client -> a/web TCP 80", "b/client -> 9.9.9.9 ICMP"]).isEmpty)
            let block = Self.kubernetes(
                "block", "podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/24}}]}]")
            #expect(
                try Self.world(block).passing(["b/client -> a/web TCP 80", "a/db -> a/web TCP 80"])
                    == ["b/client -> a/web TCP 80"])
        }

        @Test("K18: a pod that a NetworkPolicy selects never sees Baseline rules in that direction")
        func k18() throws {
            let accept = Self.cluster(
                "open",
                "tier: Baseline, priority: 1, \(Self.everyPod), ingress: [{action: Accept, from: \(Self.anyone)}]")
            let deny = Self.baseline("\(Self.everyPod), ingress: [{action: Deny, from: \(Self.anyone)}]")
            let packets = ["b/client -> a/web TCP 80", "b/client -> a/db TCP 80"]
            #expect(try Self.world(accept, Self.closedWeb).passing(packets) == [packets[1]])
            #expect(try Self.world(deny).passing(packets).isEmpty)
            let opened = Self.closedWeb.replacing("policyTypes: [Ingress]", with: "ingress: [{}]")
            #expect(try Self.world(deny, opened).passing(packets) == [packets[0]])
        }

        @Test("K19: an admin policy that selects a pod but matches no rule does not isolate it")
        func k19() throws {
            let allow = Self.admin(
                "some",
                "priority: 1, \(Self.web), ingress: [{action: Allow, from: [{namespaces: {matchLabels: {env: prod}}}]}]"
            )
            let packets = ["b/client -> a/web TCP 80", "a/db -> a/web TCP 80"]
            #expect(try Self.world(allow).passing(packets) == packets)
        }

        @Test("K20: Accept on egress does not excuse the destination's ingress policies")
        func k20() throws {
            let accept = Self.cluster(
                "out", "tier: Admin, priority: 1, \(Self.everyPod), egress: [{action: Accept, to: \(Self.anyone)}]")
            let packets = ["b/client -> a/web TCP 80", "b/client -> a/db TCP 80"]
            #expect(try Self.world(accept, Self.closedWeb).passing(packets) == [packets[1]])
        }

        @Test("K21: Pass skips the rest of the tier, not of the policy")
        func k21() throws {
            let pass = Self.admin("first", "priority: 1, \(Self.web), ingress: [{action: Pass, from: \(Self.anyone)}]")
            let deny = Self.cluster(
                "then",
                "tier: Admin, priority: 2, \(Self.everyPod), ingress: [{action: Deny, from: \(Self.anyone)}]")
            let packets = ["b/client -> a/web TCP 80", "b/client -> a/db TCP 80"]
            #expect(try Self.world(pass, deny).passing(packets) == [packets[0]])
            #expect(try Self.world(pass, deny, Self.closedWeb).passing(packets).isEmpty)
        }

        @Test("K22: the lower priority wins, over kinds; names decide between equals")
        func k22() throws {
            let packets = ["b/client -> a/web TCP 80"]
            func world(_ accept: (name: String, priority: Int), _ deny: (name: String, priority: Int)) -> TrapCluster {
                Self.world(
                    Self.cluster(
                        accept.name,
                        """
                        tier: Admin, priority: \(accept.priority), \(Self.web),
                        ingress: [{action: Accept, from: \(Self.anyone)}]
                        """),
                    Self.admin(
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
            let pass = Self.admin(
                "pass", "priority: 1, \(Self.everyPod), egress: [{action: Pass, to: [{namespaces: {}}, {nodes: {}}]}]")
            let world = Self.world(pass)
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
            #expect(Self.world(Self.cluster("p", "\(cluster), \(rules("Accept"))")).errors == [])
            #expect(Self.world(Self.cluster("p", "\(cluster), \(rules("Allow"))")).errors == refused)
            #expect(Self.world(Self.admin("p", "priority: 1, \(Self.everyPod), \(rules("Allow"))")).errors == [])
            #expect(Self.world(Self.admin("p", "priority: 1, \(Self.everyPod), \(rules("Accept"))")).errors == refused)
            #expect(Self.world(Self.baseline("\(Self.everyPod), \(rules("Allow"))")).errors == [])
            #expect(Self.world(Self.baseline("\(Self.everyPod), \(rules("Pass"))")).errors == refused)
        }

        @Test("K25: CNP named ports have no protocol, nor have ANP's; an ANP port without one is TCP")
        func k25() throws {
            let packets = [
                "b/client -> a/web UDP 53", "b/client -> a/web TCP 53", "b/client -> a/db TCP 5353",
                "b/client -> a/db UDP 5353", "b/client -> a/web TCP 5353", "b/client -> a/web ICMP",
            ]
            let named = Self.cluster(
                "dns",
                """
                tier: Admin, priority: 1, \(Self.everyPod), ingress: [{action: Deny, from: \(Self.anyone),
                protocols: [{destinationNamedPort: dns}]}]
                """)
            #expect(try Self.world(named).passing(packets) == [packets[1]] + packets[3...])
            func ports(_ port: String) -> String {
                Self.admin(
                    "dns",
                    """
                    priority: 1, \(Self.everyPod), ingress: [{action: Deny, from: \(Self.anyone), ports: [\(port)]}]
                    """)
            }
            #expect(try Self.world(ports("{namedPort: dns}")).passing(packets) == [packets[1]] + packets[3...])
            #expect(
                try Self.world(ports("{portNumber: {port: 53}}")).passing(packets) == [packets[0]] + packets[2...])
            #expect(
                try Self.world(ports("{portRange: {protocol: UDP, start: 53, end: 5353}}")).passing(packets)
                    == [packets[1], packets[2], packets[4], packets[5]])
        }

        @Test("K26: BANP must be called default; Baseline CNPs may be many, by priority")
        func k26() throws {
            let rules = "ingress: [{action: Deny, from: \(Self.anyone)}]"
            #expect(
                Self.world(Self.policy("BaselineAdminNetworkPolicy", "mine", "\(Self.everyPod), \(rules)")).errors
                    == ["metadata.name: invalid-value"])
            func baseline(_ name: String, _ priority: Int, _ action: String) -> String {
                Self.cluster(
                    name,
                    """
                    tier: Baseline, priority: \(priority), \(Self.web), ingress: [{action: \(action), from: \(Self.anyone)}]
                    """)
            }
            let packets = ["b/client -> a/web TCP 80"]
            #expect(try Self.world(baseline("b", 3, "Accept"), baseline("a", 7, "Deny")).passing(packets) == packets)
            #expect(try Self.world(baseline("b", 7, "Accept"), baseline("a", 3, "Deny")).passing(packets).isEmpty)
            // BANP stands at order 1000: behind a priority of 999.
            let banp = Self.baseline("\(Self.web), \(rules)")
            #expect(try Self.world(banp, baseline("z", 999, "Accept")).passing(packets) == packets)
            #expect(
                try Self.world(banp).reason(packets[0])
                    == "ingress of a/web: denied by kbanp/default ingress[0], tier kube-baseline (trap.yaml:4)")
        }
    }
}
