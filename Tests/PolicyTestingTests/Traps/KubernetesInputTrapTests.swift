import Classification
import Diagnostics
import Explain
import NetTypes
import PolicyTesting
import Resources
import Testing
import Workspace

extension Traps {
    /// Forms in which Kubernetes objects arrive.
    @Suite struct KubernetesInputTrapTests {
        private static func ingress(_ rule: String) -> TrapCluster {
            TrapCluster(Manifest.kubernetes("p", "podSelector: {}, ingress: [\(rule)]"))
        }

        @Test("K8: protocol ICMP makes the whole NetworkPolicy invalid")
        func k8() throws {
            let world = Self.ingress("{ports: [{protocol: ICMP}]}, {ports: [{port: 1}]}")
            #expect(world.errors == ["spec.ingress[0].ports[0].protocol: unsupported-value"])
            #expect(world.inputs.snapshot.kubernetesPolicies.isEmpty)
            #expect(Self.ingress("{ports: [{protocol: tcp}]}").errors.count == 1)
            #expect(Self.ingress("{ports: [{protocol: SCTP}]}").errors == [])
        }

        @Test("K31: a port in quotes is a name, and no legal one")
        func k31() throws {
            #expect(
                Self.ingress(#"{ports: [{port: "80"}]}"#).errors == ["spec.ingress[0].ports[0].port: invalid-value"])
            #expect(try Self.ingress("{ports: [{port: 80}]}").passing([Traps.client]) == [Traps.client])
            #expect(try Self.ingress(#"{ports: [{port: "http"}]}"#).passing([Traps.client]) == [])
        }

        @Test("K32: true, 1.0 and on without quotes are no label values")
        func k32() throws {
            for value in ["true", "1.0", "on", "0123"] {
                func world(_ value: String) -> TrapCluster {
                    TrapCluster(Manifest.kubernetes("p", "podSelector: {matchLabels: {app: \(value)}}"))
                }
                let refused = world(value)
                #expect(refused.errors == ["spec.podSelector.matchLabels: wrong-type"], "\(value)")
                #expect(refused.inputs.diagnostics.first { $0.severity == .error }?.location?.line == 4)
                #expect(refused.inputs.snapshot.kubernetesPolicies.isEmpty)
                #expect(world("\"\(value)\"").errors == [])
            }
        }

        @Test("K33: items of typed lists come without kind, one object without list")
        func k33() throws {
            let item = "{metadata: {name: p, namespace: a}, spec: {podSelector: {}}}"
            let version = "apiVersion: networking.k8s.io/v1"
            let whole = Manifest.kubernetes("p", "podSelector: {}")
            for document in [
                "\(version)\nkind: NetworkPolicyList\nitems: [\(item)]",
                "apiVersion: v1\nkind: List\nitems: [{\(version), kind: NetworkPolicy, \(item.dropFirst())]",
                "apiVersion: v1\nkind: List\nitems: [{\(version), kind: NetworkPolicyList, items: [\(item)]}]",
                whole,
            ] {
                #expect(
                    try TrapCluster(document).passing([Traps.client, "a/web -> b/client TCP 80"]).count == 1,
                    "\(document)")
            }
            let pods = """
                apiVersion: v1
                kind: PodList
                items: [{metadata: {name: x, namespace: b}, spec: {nodeName: n1}, status: {podIP: 10.0.0.7}}]
                """
            #expect(try TrapCluster(pods, whole).passing(["b/x -> a/db TCP 80", "a/db -> b/x TCP 80"]).count == 1)
        }

        @Test("K35: duplicate peers, rules and ports are legal and count once")
        func k35() throws {
            let peer = "{podSelector: {matchLabels: {app: db}}}"
            let once = Self.ingress("{from: [\(peer)], ports: [{port: 80}]}")
            let twice = Self.ingress(
                """
                {from: [\(peer), \(peer)], ports: [{port: 80}, {port: 80}]},
                {from: [\(peer)], ports: [{port: 80}]}
                """)
            let packets = [Traps.neighbour, Traps.client]
            #expect(try once.passing(packets) == [packets[0]])
            #expect(try twice.passing(packets) == [packets[0]])
            #expect(twice.inputs.tree.statistics.sets == once.inputs.tree.statistics.sets)
            #expect(twice.inputs.tree.statistics.setMembers == once.inputs.tree.statistics.setMembers)
            #expect(try Self.steps(packets[0], twice) == Self.steps(packets[0], once))
        }

        /// How many rules, tier ends and the like a packet is counted at.
        private static func steps(_ packet: String, _ world: TrapCluster) throws -> Int {
            var engine = try EngineName.matcher.make(world.inputs)
            let answers = try ConnectionJudge.answer(
                [try world.query(packet)], tree: world.inputs.tree, engine: &engine)
            guard case .judged(let packets) = try #require(answers.first).get() else { return 0 }
            return try #require(packets.first?.steps).count
        }
    }
}
