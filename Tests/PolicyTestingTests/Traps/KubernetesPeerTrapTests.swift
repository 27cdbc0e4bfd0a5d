import PolicyIR
import Testing
import Workspace

extension Traps {
    /// Peers of Kubernetes NetworkPolicies.
    @Suite struct KubernetesPeerTrapTests {
        /// `a/web`, opened by these ingress rules.
        private static func rules(_ rules: String) -> String {
            Manifest.kubernetes(
                "open", "podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: \(rules)")
        }

        /// `a/web`, opened to these peers.
        private static func from(_ peers: String) -> String { rules("[{from: \(peers)}]") }

        private static let everyone = [Traps.client, Traps.neighbour, Traps.stranger]
        private static let development = "namespaceSelector: {matchLabels: {env: dev}}"

        @Test("K1: from: [] allows everyone, ingress: [] no one")
        func k1() throws {
            for peers in ["[]", "null"] {
                #expect(try TrapCluster(Self.from(peers)).passing(Self.everyone) == Self.everyone)
            }
            #expect(try TrapCluster(Self.rules("[{}]")).passing(Self.everyone) == Self.everyone)
            for rules in ["[]", "null"] {
                #expect(try TrapCluster(Self.rules(rules)).passing(Self.everyone) == [])
            }
        }

        @Test("K4: both selectors in one item are ANDed, in two items ORed")
        func k4() throws {
            let web = "podSelector: {matchLabels: {app: db}}"
            #expect(try TrapCluster(Self.from("[{\(Self.development), \(web)}]")).passing(Self.everyone) == [])
            #expect(
                try TrapCluster(Self.from("[{\(Self.development)}, {\(web)}]")).passing(Self.everyone)
                    == [Traps.client, Traps.neighbour])
            let client = "podSelector: {matchLabels: {app: client}}"
            #expect(
                try TrapCluster(Self.from("[{\(Self.development), \(client)}]")).passing(Self.everyone)
                    == [Traps.client])
        }

        @Test("K5: namespaceSelector {} is every namespace, a missing one the policy's own")
        func k5() throws {
            #expect(
                try TrapCluster(Self.from("[{namespaceSelector: {}, podSelector: {}}]")).passing(Self.everyone)
                    == [Traps.client, Traps.neighbour])
            #expect(try TrapCluster(Self.from("[{podSelector: {}}]")).passing(Self.everyone) == [Traps.neighbour])
        }

        @Test("K12: except subtracts from its own block alone")
        func k12() throws {
            let block = "{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/24]}}"
            #expect(try TrapCluster(Self.from("[\(block)]")).passing(Self.everyone) == [Traps.neighbour])
            #expect(
                try TrapCluster(Self.from("[\(block), {ipBlock: {cidr: 10.0.0.2/32}}]")).passing(Self.everyone)
                    == [Traps.client, Traps.neighbour])
            #expect(
                try TrapCluster(Self.from("[\(block), {\(Self.development)}]")).passing(Self.everyone)
                    == [Traps.client, Traps.neighbour])
        }

        @Test("K14: what except names is not denied: another policy may allow it")
        func k14() throws {
            let block = Self.from("[{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/24]}}]")
            let other = Manifest.kubernetes(
                "other", "podSelector: {}, ingress: [{from: [{\(Self.development)}]}]")
            #expect(try TrapCluster(block, other).passing(Self.everyone) == [Traps.client, Traps.neighbour])
            #expect(try TrapCluster(block).passing(Self.everyone) == [Traps.neighbour])
        }

        @Test("K15: NotIn matches objects without the key")
        func k15() throws {
            func world(_ expression: String) -> TrapCluster {
                TrapCluster(Self.from("[{podSelector: {matchExpressions: [\(expression)]}}]"))
            }
            #expect(try world("{key: role, operator: NotIn, values: [x]}").passing(Self.everyone) == [Traps.neighbour])
            #expect(try world("{key: app, operator: NotIn, values: [db]}").passing(Self.everyone) == [])
            #expect(
                try world("{key: role, operator: NotIn, values: [x]}, {key: role, operator: Exists}")
                    .passing(Self.everyone) == [])
        }

        @Test("K16: host-network pods are not selected, and speak from their node's address")
        func k16() throws {
            let agent = Manifest.pod(
                "agent", in: "a", node: "n2", labels: "app: agent", spec: "hostNetwork: true, containers: []",
                address: "192.0.2.2")
            let closed = Manifest.kubernetes("closed", "podSelector: {}")
            #expect(
                try TrapCluster(closed, agent).passing(["b/client -> 192.0.2.2 TCP 80", Traps.client])
                    == ["b/client -> 192.0.2.2 TCP 80"])
            let packets = ["192.0.2.2 -> a/web TCP 80", Traps.neighbour]
            #expect(
                try TrapCluster(Self.from("[{podSelector: {}}]"), agent).passing(packets) == [packets[1]])
            #expect(
                try TrapCluster(Self.from("[{ipBlock: {cidr: 192.0.2.0/24}}]"), agent).passing(packets)
                    == [packets[0]])
        }

        @Test("K17: a finished pod's address may belong to another one: it is in no set")
        func k17() throws {
            let open = Self.from("[{podSelector: {matchLabels: {app: job}}}]")
            func job(_ phase: String, at address: String) -> String {
                Manifest.pod("job", in: "a", node: "n1", labels: "app: job", address: address, phase: phase)
            }
            #expect(try TrapCluster(open, job("Succeeded", at: "10.0.0.2")).passing([Traps.client]) == [])
            #expect(
                try TrapCluster(open, job("Running", at: "10.0.0.7")).passing([Traps.client, "a/job -> a/web TCP 80"])
                    == ["a/job -> a/web TCP 80"])
        }

        @Test("K27: every namespace has its name as a label, which nothing overrides")
        func k27() throws {
            let byName = Self.from("[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}}]")
            let liar = [
                Manifest.namespace("c", labels: "kubernetes.io/metadata.name: b"),
                Manifest.pod("liar", in: "c", node: "n1", address: "10.0.0.7"),
            ].joined(separator: "\n---\n")
            #expect(
                try TrapCluster(byName, liar).passing([Traps.client, Traps.neighbour, "c/liar -> a/web TCP 80"])
                    == [Traps.client])
        }

        @Test("K34: a CIDR with host bits means its network")
        func k34() throws {
            let world = TrapCluster(Self.from("[{ipBlock: {cidr: 10.0.0.99/24}}]"))
            #expect(try world.passing(Self.everyone) == [Traps.client])
            #expect(!world.warnings.filter { $0.hasPrefix("spec.ingress[0].from[0].ipBlock.cidr:") }.isEmpty)
        }

        @Test("K36: a rule that selects no pod today stays, and matches nothing")
        func k36() throws {
            let policy = Self.from("[{podSelector: {matchLabels: {app: later}}}]")
            let before = TrapCluster(policy)
            #expect(try before.passing(Self.everyone) == [])
            let rules = before.inputs.cluster.tiers.flatMap(\.policies).flatMap(\.ingress)
            #expect(rules.count == 1)
            let later = Manifest.pod("later", in: "a", node: "n1", labels: "app: later", address: "10.0.0.7")
            #expect(
                try TrapCluster(policy, later).passing(Self.everyone + ["a/later -> a/web TCP 80"])
                    == ["a/later -> a/web TCP 80"])
        }
    }
}
