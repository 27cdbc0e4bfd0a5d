import Testing

extension Traps {
    /// What selectors mean, and whom they reach.
    @Suite struct SelectorTrapTests {
        /// Lets only these into `a/web`.
        private static func opening(_ source: String) -> String {
            Manifest.global("open", #"selector: "app == 'web'", ingress: [{action: Allow, source: {\#(source)}}]"#)
        }

        /// The same, as a NetworkPolicy of namespace `a`.
        private static func openingInside(_ source: String) -> String {
            Manifest.namespaced("open", #"selector: "app == 'web'", ingress: [{action: Allow, source: {\#(source)}}]"#)
        }

        /// 8.8.8.8 lives in namespace b, 1.1.1.1 nowhere.
        private static let sets =
            Manifest.networkSet("dns", in: "b", labels: "kind: blocklist", "8.8.8.8") + "\n---\n"
            + Manifest.globalNetworkSet("one", labels: "kind: blocklist", "1.1.1.1")

        private static let local = "8.8.8.8 -> a/web TCP 80"
        private static let global = "1.1.1.1 -> a/web TCP 80"
        private static let everyone = [Traps.client, Traps.neighbour, local, global, Traps.stranger]

        // MARK: Absent labels

        @Test("T1: != and not in are true for absent labels")
        func t1() throws {
            func denied(_ selector: String) throws -> [String] {
                let packets = [Traps.client, "b/client -> a/db TCP 80"]
                let world = TrapCluster(
                    Manifest.global("deny", #"selector: "\#(selector)", ingress: [{action: Deny}]"#))
                let passing = try world.passing(packets)
                return packets.filter { !passing.contains($0) }.map { String($0.split(separator: " ")[2]) }
            }
            #expect(try denied("role != 'db'") == ["a/web", "a/db"])
            #expect(try denied("role not in {'db'}") == ["a/web", "a/db"])
            #expect(try denied("has(role) && role != 'db'") == [])
            #expect(try denied("app != 'db'") == ["a/web"])
            #expect(
                try TrapCluster(Self.opening(#"selector: "role != 'db'""#)).passing(Self.everyone)
                    == [Traps.client, Traps.neighbour])
        }

        @Test("T2: !has(x) selects known endpoints alone, notSelector has(x) strangers, too")
        func t2() throws {
            #expect(
                try TrapCluster(Self.opening(#"selector: "!has(x)""#)).passing(Self.everyone)
                    == [Traps.client, Traps.neighbour])
            #expect(
                try TrapCluster(Self.opening(#"notSelector: "has(x)""#)).passing(Self.everyone) == Self.everyone)
        }

        @Test("T45: namespaceSelector true on absence reaches what has no namespace, in Calico's policies alone")
        func t45() throws {
            #expect(
                try TrapCluster(Self.opening(#"namespaceSelector: "env != 'prod'""#), Self.sets).passing(Self.everyone)
                    == [Traps.client, Self.local, Self.global])
            let kubernetes = Manifest.kubernetes(
                "open",
                """
                podSelector: {matchLabels: {app: web}}, ingress: [{from: [{namespaceSelector:
                {matchExpressions: [{key: env, operator: NotIn, values: [prod]}]}}]}]
                """)
            #expect(try TrapCluster(kubernetes, Self.sets).passing(Self.everyone) == [Traps.client])
        }

        // MARK: Namespaces of peers

        @Test("T3: notSelector alone gains the namespace of its NetworkPolicy")
        func t3() throws {
            let nobody = #"notSelector: "a == 'b'""#
            #expect(try TrapCluster(Self.openingInside(nobody)).passing(Self.everyone) == [Traps.neighbour])
            #expect(try TrapCluster(Self.opening(nobody)).passing(Self.everyone) == Self.everyone)
        }

        @Test("T4: a NetworkPolicy's rule with nets alone is not limited to its namespace")
        func t4() throws {
            #expect(
                try TrapCluster(Self.openingInside("nets: [10.0.0.0/8]")).passing(Self.everyone)
                    == [Traps.client, Traps.neighbour])
            #expect(
                try TrapCluster(Self.openingInside("nets: [10.0.0.0/8], selector: all()")).passing(Self.everyone)
                    == [Traps.neighbour])
        }

        @Test("T5: a NetworkPolicy's selector sees no GlobalNetworkSet without global()")
        func t5() throws {
            let listed = #"selector: "kind == 'blocklist'""#
            #expect(try TrapCluster(Self.openingInside(listed), Self.sets).passing(Self.everyone) == [])
            #expect(
                try TrapCluster(Self.openingInside(listed + ", namespaceSelector: global()"), Self.sets)
                    .passing(Self.everyone) == [Self.global])
            #expect(
                try TrapCluster(Self.opening(listed), Self.sets).passing(Self.everyone) == [Self.local, Self.global])
        }

        @Test("T6: namespaceSelector matches network sets as well as pods")
        func t6() throws {
            let all = Self.openingInside("namespaceSelector: all()")
            #expect(
                try TrapCluster(all, Self.sets).passing(Self.everyone) == [Traps.client, Traps.neighbour, Self.local])
            #expect(try TrapCluster(all).passing(Self.everyone) == [Traps.client, Traps.neighbour])
        }

        @Test("T7: peers of a Kubernetes NetworkPolicy never match network sets")
        func t7() throws {
            func world(_ peer: String) -> TrapCluster {
                TrapCluster(
                    Manifest.kubernetes("open", "podSelector: {matchLabels: {app: web}}, ingress: [{from: [\(peer)]}]"),
                    Self.sets, Manifest.networkSet("own", in: "a", "9.9.9.9"))
            }
            #expect(
                try world("{namespaceSelector: {}}").passing(Self.everyone) == [Traps.client, Traps.neighbour])
            #expect(try world("{podSelector: {}}").passing(Self.everyone) == [Traps.neighbour])
        }

        @Test("T48: namespaceSelector global() excludes pods")
        func t48() throws {
            #expect(
                try TrapCluster(Self.opening("namespaceSelector: global()"), Self.sets).passing(Self.everyone)
                    == [Self.global])
        }

        // MARK: Sets

        @Test("T47: notSelector takes objects out, not addresses: a set that covers a pod still covers it")
        func t47() throws {
            let block = Manifest.globalNetworkSet("block", labels: "kind: block", "10.0.0.0/24")
            #expect(
                try TrapCluster(Self.opening(#"selector: "kind == 'block'", notSelector: "app == 'client'""#), block)
                    .passing(Self.everyone) == [Traps.client])
            #expect(
                try TrapCluster(Self.opening(#"notSelector: "app == 'client'""#), block).passing(Self.everyone)
                    == Self.everyone.filter { $0 != Traps.client })
        }

        @Test("T61: a negated match against an empty set is true")
        func t61() throws {
            #expect(
                try TrapCluster(Self.opening(#"notSelector: "has(nobody)""#)).passing(Self.everyone) == Self.everyone)
            #expect(try TrapCluster(Self.opening(#"notSelector: all()"#)).passing([Traps.client]) == [])
        }

        @Test("T62: a selector that nobody satisfies matches nothing: a Deny of it is inert")
        func t62() throws {
            func deny(_ selector: String) -> String {
                Manifest.global(
                    "deny",
                    #"selector: all(), ingress: [{action: Deny, source: {selector: "\#(selector)"}}, {action: Allow}]"#)
            }
            #expect(try TrapCluster(deny("role == 'typo'")).passing(Self.everyone) == Self.everyone)
            #expect(
                try TrapCluster(deny("app == 'client'")).passing(Self.everyone)
                    == Self.everyone.filter { $0 != Traps.client })
        }

        // MARK: Labels that come from elsewhere

        @Test("T46: own labels win over the profiles', but a pod cannot claim its namespace's")
        func t46() throws {
            let liar = Manifest.pod(
                "liar", in: "b", node: "n1", labels: "pcns.env: prod, pcsa.team: x", address: "10.0.0.7")
            let packets = [Traps.client, "b/liar -> a/web TCP 80", Traps.neighbour]
            #expect(
                try TrapCluster(Self.opening(#"namespaceSelector: "env == 'prod'""#), liar).passing(packets)
                    == [Traps.neighbour])
            #expect(
                try TrapCluster(Self.opening(#"serviceAccounts: {selector: "has(team)"}"#), liar).passing(packets)
                    == [])

            let painted = Manifest.workload(
                "vm", address: "10.0.0.9", labels: "color: blue", profiles: "kns.b, paint, repaint")
            let profiles = [
                Manifest.profile("paint", "labelsToApply: {color: red, size: big}"),
                Manifest.profile("repaint", "labelsToApply: {size: small, shape: round}"),
            ].joined(separator: "\n---\n")
            let packet = ["b/vm -> a/web TCP 80"]
            for (selector, isMatch) in [
                ("color == 'blue'", true), ("color == 'red'", false), ("size == 'big'", true),
                ("size == 'small'", false), ("shape == 'round'", true),
            ] {
                let world = TrapCluster(Self.opening(#"selector: "\#(selector)""#), painted, profiles)
                #expect(try world.passing(packet) == (isMatch ? packet : []), "\(selector)")
            }
        }

        @Test("T55: a service account of any length is matched by name")
        func t55() throws {
            let account = String(repeating: "long-", count: 16) + "account"
            let pod = Manifest.pod(
                "job", in: "b", node: "n1", spec: "serviceAccountName: \(account), containers: []",
                address: "10.0.0.7")
            let packets = [Traps.client, "b/job -> a/web TCP 80"]
            #expect(account.count == 87)
            #expect(
                try TrapCluster(Self.opening("serviceAccounts: {names: [\(account)]}"), pod).passing(packets)
                    == [packets[1]])
            #expect(
                try TrapCluster(Self.opening("serviceAccounts: {names: [\(account.dropLast(24))]}"), pod)
                    .passing(packets) == [])
        }

        @Test("T64: serviceAccounts.selector all() is anything known, not any pod with an account")
        func t64() throws {
            #expect(
                try TrapCluster(Self.opening("serviceAccounts: {selector: all()}"), Self.sets).passing(Self.everyone)
                    == [Traps.client, Traps.neighbour, Self.local, Self.global])
            #expect(
                try TrapCluster(Self.opening(#"serviceAccounts: {selector: "has(team)"}"#), Self.sets)
                    .passing(Self.everyone) == [])
        }

        @Test("T66: reserved labels of network sets are taken at face value")
        func t66() throws {
            let pretender = Manifest.globalNetworkSet("pretender", labels: "pcns.env: prod", "9.9.9.9")
            #expect(
                try TrapCluster(Self.opening(#"namespaceSelector: "env == 'prod'""#), Self.sets, pretender)
                    .passing(Self.everyone) == [Traps.neighbour, Traps.stranger])
        }
    }
}
