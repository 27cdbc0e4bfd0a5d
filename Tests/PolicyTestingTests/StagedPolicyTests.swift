import Classification
import Diagnostics
import NetTypes
import PolicyIR
import Testing
import Workspace

/// Staged policies decide nothing, and decide as enforced ones in the preview, in every engine (calico.md 1.6, T12).
@Suite struct StagedPolicyTests {
    private static let packets = ["b/client -> a/web TCP 8080", "a/db -> a/web TCP 8080"]
    private static let fromDB = ["a/db -> a/web TCP 8080"]

    private func staged(_ kind: String, _ name: String, _ spec: String, namespace: String? = nil) -> String {
        let place = namespace.map { ", namespace: \($0)" } ?? ""
        return "apiVersion: projectcalico.org/v3\nkind: \(kind)\nmetadata: {name: \(name)\(place)}\nspec: {\(spec)}"
    }

    private let denyIngress = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: web, namespace: a}
        spec: {podSelector: {}, policyTypes: [Ingress]}
        """

    @Test(
        "Set, Learn and Ignore are enforced alike",
        arguments: [
            "stagedAction: Set, ", "stagedAction: Learn, ",
            "stagedAction: Ignore, ", "",
        ])
    func actionsThatEnforce(_ action: String) throws {
        let ingress = "ingress: [{action: Allow, source: {selector: app == 'db'}}]"
        let cluster = TrapCluster(
            [
                staged("StagedNetworkPolicy", "web", "\(action)selector: app == 'web', \(ingress)", namespace: "a"),
                staged("StagedGlobalNetworkPolicy", "quiet", "selector: app == 'none'"),
            ].joined(separator: "\n---\n"))
        #expect(try cluster.passing(Self.packets) == Self.packets)
        let preview = try cluster.preview()
        #expect(try preview.passing(Self.packets) == Self.fromDB)
        #expect(
            try preview.reason(Self.packets[0])
                == "ingress of a/web: isolated by snp/a/web, no rule of tier default matches")
        #expect(preview.inputs.enforcingStaged() == nil)
    }

    @Test("The staged policy takes the place of the enforced one of its name, in whatever tier")
    func sameNameReplaces() throws {
        let cluster = TrapCluster(
            """
            apiVersion: projectcalico.org/v3
            kind: Tier
            metadata: {name: early}
            spec: {order: 1}
            ---
            apiVersion: projectcalico.org/v3
            kind: GlobalNetworkPolicy
            metadata: {name: early.web}
            spec: {tier: early, selector: app == 'web', ingress: [{action: Deny}]}
            ---
            apiVersion: projectcalico.org/v3
            kind: StagedGlobalNetworkPolicy
            metadata: {name: early.web}
            spec: {selector: app == 'web', ingress: [{action: Allow, source: {selector: app == 'db'}}]}
            """)
        #expect(try cluster.passing(Self.packets) == [])
        #expect(try cluster.preview().passing(Self.packets) == Self.fromDB)
        #expect(
            try cluster.preview().reason(Self.fromDB[0]).contains("allowed by sgnp/early.web ingress[0], tier default"))
    }

    @Test("A staged policy stands for its own kind and namespace alone")
    func otherKindsStay() throws {
        let allow = "selector: app == 'web', ingress: [{action: Allow}]"
        for other in [
            staged("StagedNetworkPolicy", "web", allow, namespace: "a"),
            staged("StagedGlobalNetworkPolicy", "web", allow),
            staged("StagedKubernetesNetworkPolicy", "web", "podSelector: {}, ingress: [{}]", namespace: "b"),
        ] {
            let cluster = TrapCluster("\(denyIngress)\n---\n\(other)")
            let names = try cluster.preview().inputs.cluster.tiers.flatMap(\.policies).map(\.name.description)
            #expect(names.contains("knp/a/web") && names.count == 2)
        }
        let same = staged("StagedKubernetesNetworkPolicy", "web", "podSelector: {}, ingress: [{}]", namespace: "a")
        let cluster = TrapCluster("\(denyIngress)\n---\n\(same)")
        #expect(try cluster.passing(Self.packets) == [])
        #expect(try cluster.preview().passing(Self.packets) == Self.packets)
    }

    @Test("Delete removes the enforced policy; without one it is a warning with its place")
    func delete() throws {
        let delete = staged("StagedKubernetesNetworkPolicy", "web", "stagedAction: Delete", namespace: "a")
        let cluster = TrapCluster("\(denyIngress)\n---\n\(delete)")
        #expect(try cluster.passing(Self.packets) == [])
        #expect(try cluster.preview().passing(Self.packets) == Self.packets)
        #expect(cluster.inputs.diagnostics.filter { $0.id == "staged-delete" } == [])

        let pointless = TrapCluster(delete)
        let warnings = pointless.inputs.diagnostics.filter { $0.id == "staged-delete" }
        #expect(warnings.map(\.severity) == [.warning])
        #expect(warnings.first?.location?.line == 1)
        #expect(try pointless.preview().passing(Self.packets) == Self.packets)
    }

    @Test("T12: a tier of only staged policies is absent, and in the preview it is there")
    func tierOfOnlyStaged() throws {
        let cluster = TrapCluster(
            """
            apiVersion: projectcalico.org/v3
            kind: Tier
            metadata: {name: early}
            spec: {order: 1}
            ---
            apiVersion: projectcalico.org/v3
            kind: StagedGlobalNetworkPolicy
            metadata: {name: early.one}
            spec: {tier: early, selector: app == 'web'}
            ---
            apiVersion: projectcalico.org/v3
            kind: GlobalNetworkPolicy
            metadata: {name: web}
            spec: {selector: app == 'web', ingress: [{action: Allow, source: {selector: app == 'db'}}]}
            """)
        #expect(try cluster.passing(Self.packets) == Self.fromDB)
        #expect(try cluster.preview().passing(Self.packets) == [])
        #expect(
            try cluster.preview().reason(Self.fromDB[0])
                == "ingress of a/web: isolated by sgnp/early.one, no rule of tier early matches")
    }

    /// Felix's tests of StagedAsEnforced (`TestCheckTiersPolicyScope`), which work on ordered policies.
    @Test("Staged policies count in their order among the enforced ones")
    func orderAmongEnforced() throws {
        for (stagedOrder, passes) in [(1, false), (3, true)] {
            let cluster = TrapCluster(
                """
                apiVersion: projectcalico.org/v3
                kind: GlobalNetworkPolicy
                metadata: {name: allow}
                spec: {order: 2, selector: app == 'web', ingress: [{action: Allow}]}
                ---
                apiVersion: projectcalico.org/v3
                kind: StagedGlobalNetworkPolicy
                metadata: {name: deny}
                spec: {order: \(stagedOrder), selector: app == 'web', ingress: [{action: Deny}]}
                """)
            #expect(try cluster.passing(Self.packets) == Self.packets)
            #expect(try cluster.preview().passing(Self.packets) == (passes ? Self.packets : []))
        }
    }

    private let hostEndpoint = """
        apiVersion: v1
        kind: Node
        metadata: {name: n1}
        status: {addresses: [{type: InternalIP, address: 192.0.2.1}]}
        ---
        apiVersion: projectcalico.org/v3
        kind: HostEndpoint
        metadata: {name: n1-eth0, labels: {role: node}}
        spec: {node: n1, interfaceName: eth0, profiles: [projectcalico-default-allow]}
        ---
        apiVersion: projectcalico.org/v3
        kind: Profile
        metadata: {name: projectcalico-default-allow}
        spec: {ingress: [{action: Allow}], egress: [{action: Allow}]}
        """

    @Test(
        "Staged policies of host endpoints, in each of their hooks",
        arguments: [
            ("ingress: [{action: Deny, destination: {ports: [80]}, protocol: TCP}, {action: Allow}]", [false, true]),
            ("applyOnForward: true, types: [Ingress], ingress: [{action: Deny}]", [false, false]),
            ("applyOnForward: true, preDNAT: true, types: [Ingress], ingress: [{action: Deny}]", [false, false]),
            ("applyOnForward: true, doNotTrack: true, types: [Ingress], ingress: [{action: Deny}]", [false, false]),
        ])
    func hostEndpoints(_ spec: String, _ passes: [Bool]) throws {
        let packets = ["198.51.100.9 -> node/n1 TCP 80", "198.51.100.9 -> a/web TCP 8080"]
        let cluster = TrapCluster(
            "\(hostEndpoint)\n---\n"
                + staged("StagedGlobalNetworkPolicy", "host", "selector: role == 'node', \(spec)"))
        #expect(try cluster.passing(packets) == packets)
        let expected = zip(packets, passes).filter(\.1).map(\.0)
        #expect(try cluster.preview().passing(packets) == expected)
    }

    // MARK: What if

    @Test("Enforce staged: the preview is the truth, and nothing is staged any more")
    func enforceStaged() throws {
        let text = staged("StagedNetworkPolicy", "web", "selector: app == 'web'", namespace: "a")
        let cluster = TrapCluster(text, staging: .allEnforced)
        #expect(try cluster.passing(Self.packets) == [])
        #expect(cluster.inputs.enforcingStaged() == nil)
        let nothing = TrapCluster(denyIngress, staging: .allEnforced)
        #expect(nothing.inputs.diagnostics.contains { $0.id == "nothing-staged" })
        #expect(try nothing.passing(Self.packets) == [])
    }

    @Test("As staged: nothing is enforced, and the preview is what was written")
    func asStaged() throws {
        let cluster = TrapCluster(denyIngress, staging: .allStaged)
        #expect(try cluster.passing(Self.packets) == Self.packets)
        let preview = try cluster.preview()
        #expect(try preview.passing(Self.packets) == [])
        #expect(try preview.reason(Self.packets[0]).contains("isolated by knp/a/web"))
        #expect(cluster.inputs.tree.stagedPolicies.map(\.name.description) == ["knp/a/web"])

        let replaced = TrapCluster(
            "\(denyIngress)\n---\n"
                + staged("StagedKubernetesNetworkPolicy", "web", "podSelector: {}, ingress: [{}]", namespace: "a"),
            staging: .allStaged)
        #expect(try replaced.preview().passing(Self.packets) == Self.packets)
    }

    @Test("A planned change is staged beside what is enforced")
    func plannedChange() throws {
        let change = """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: web, namespace: a}
            spec: {podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: db}}}]}]}
            """
        let cluster = TrapCluster(denyIngress, planned: change)
        #expect(try cluster.passing(Self.packets) == [])
        #expect(try cluster.preview().passing(Self.packets) == Self.fromDB)
        #expect(
            try cluster.preview().reason(Self.fromDB[0])
                == "ingress of a/web: allowed by sknp/a/web ingress[0], tier default (planned.yaml:4)")
        let truth = TrapCluster(denyIngress, planned: change, staging: .allEnforced)
        #expect(try truth.passing(Self.packets) == Self.fromDB)
    }
}
