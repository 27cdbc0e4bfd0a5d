import Classification
import MatchTreeFixtures
import NetTypes
import NetworkTopology
import Testing

@testable import NftablesRuleset

@Suite struct NftTableBuildTests {
    private let pods = [
        TreeFixture.Pod("shop/web-0", interface: "cali0", addresses: ["10.0.0.1"]),
        TreeFixture.Pod("shop/web-1", node: 1, interface: "cali1", addresses: ["10.0.0.2"]),
    ]

    /// The rules of one chain as text.
    private func rules(_ table: NftTable, _ chain: String) -> [String] {
        table.chains.first { $0.name == chain }?.rules.map(\.nftText) ?? ["no such chain"]
    }

    private func web(settings: [NodeSettings] = []) -> TreeFixture {
        var fixture = TreeFixture(nodes: ["node-a", "node-b"], pods: pods, settings: settings)
        let clients = fixture.addresses(["10.1.0.9/32"], meaning: "role == 'client'")
        let port = SideMatch(ports: PortMatch(ranges: [PortRange(80)], namedSets: []))
        let allow = fixture.policy(
            "allow-web",
            rules: [
                (
                    .allow,
                    RuleMatch(protocols: ProtocolSet(.tcp), source: SideMatch(inSets: [clients]), destination: port)
                )
            ])
        let profile = fixture.profile("kns.shop", .egress, rules: [(.allow, RuleMatch())])
        let ingress = fixture.program(.ingress, tiers: [("default", [allow], true)])
        let egress = fixture.program(.egress, profiles: [profile])
        fixture.assign(ingress: [ingress], egress: [egress])
        return fixture
    }

    @Test func wholeTableAsText() throws {
        let fixture = web()
        let set = fixture.tree.sets[0].name
        let table = try NftTable(fixture.tree, view: .node(NodeIndex(0)), options: RulesetOptions(countsRules: false))
        #expect(table.verify() == [])
        #expect(
            table.nftText(header: ["made for node-a"]) == """
                # made for node-a
                table inet dataplane {
                \tcomment "node node-a"

                \tmap cali-from-pod {
                \t\ttype ifname : verdict
                \t\tcomment "egress of each pod"
                \t\telements = { "cali0" : goto cali-fw-1 }
                \t}

                \tmap cali-to-pod {
                \t\ttype ifname : verdict
                \t\tcomment "ingress of each pod"
                \t\telements = { "cali0" : goto cali-tw-0 }
                \t}

                \tset cali4-\(set) {
                \t\ttype ipv4_addr
                \t\tcomment "role == 'client'"
                \t\telements = { 10.1.0.9 }
                \t}

                \tchain cali-prerouting-raw {
                \t\tcomment "before connection tracking"
                \t\ttype filter hook prerouting priority -300; policy accept;
                \t\tiifname "cali*" fib saddr . mark . iif oif missing drop comment "source address of somebody else"
                \t}

                \tchain cali-forward-from-pod {
                \t\tcomment "policy of the sending pod"
                \t\ttype filter hook forward priority 0; policy accept;
                \t\tiifname vmap @cali-from-pod
                \t\tiifname "cali*" drop comment "unknown pod interface"
                \t}

                \tchain cali-forward-to-pod {
                \t\tcomment "policy of the receiving pod"
                \t\ttype filter hook forward priority 1; policy accept;
                \t\toifname vmap @cali-to-pod
                \t\toifname "cali*" goto cali-to-unknown-pod
                \t}

                \tchain cali-input {
                \t\tcomment "policy of what comes to the node"
                \t\ttype filter hook input priority 0; policy accept;
                \t\tiifname "cali*" meta nfproto ipv6 meta l4proto ipv6-icmp icmpv6 type 130-133 accept \
                comment "neighbour discovery and multicast listeners"
                \t\tiifname "cali*" meta nfproto ipv6 meta l4proto ipv6-icmp icmpv6 type 135-136 accept \
                comment "neighbour discovery and multicast listeners"
                \t\tiifname vmap @cali-from-pod
                \t\tiifname "cali*" drop comment "unknown pod interface"
                \t}

                \tchain cali-input-to-host {
                \t\tcomment "defaultEndpointToHostAction"
                \t\ttype filter hook input priority 1; policy accept;
                \t\tiifname "cali*" goto cali-to-host
                \t}

                \tchain cali-fw-1 {
                \t\tcomment "egress of shop/web-0"
                \t\tct state established,related accept comment "established or related"
                \t\tct state invalid drop comment "invalid packet"
                \t\tmeta l4proto udp th dport 4789 drop comment "VXLAN from a pod"
                \t\tmeta l4proto 4 drop comment "IP in IP from a pod"
                \t\tjump cali-pro-kns.shop
                \t\tdrop comment "no profile decided"
                \t}

                \tchain cali-tw-0 {
                \t\tcomment "ingress of shop/web-0"
                \t\tct state established,related accept comment "established or related"
                \t\tct state invalid drop comment "invalid packet"
                \t\tjump cali-pi-gnp/allow-web
                \t\tdrop comment "end of tier default: gnp/allow-web"
                \t\tdrop comment "no profile decided"
                \t}

                \tchain cali-to-unknown-pod {
                \t\tcomment "pod interface without endpoint"
                \t\tiifname "cali*" ct state established,related accept comment "established or related"
                \t\tdrop comment "unknown pod interface"
                \t}

                \tchain cali-to-host {
                \t\tcomment "defaultEndpointToHostAction Drop"
                \t\tmeta nfproto ipv6 meta l4proto ipv6-icmp icmpv6 type 130-133 accept \
                comment "neighbour discovery and multicast listeners"
                \t\tmeta nfproto ipv6 meta l4proto ipv6-icmp icmpv6 type 135-136 accept \
                comment "neighbour discovery and multicast listeners"
                \t\tct state established,related accept comment "established or related"
                \t\tdrop comment "defaultEndpointToHostAction Drop"
                \t}

                \tchain cali-pro-kns.shop {
                \t\tcomment "profile kns.shop egress policies.yaml:3"
                \t\taccept comment "profile kns.shop egress[0] policies.yaml:4"
                \t}

                \tchain cali-pi-gnp/allow-web {
                \t\tcomment "gnp/allow-web ingress, tier default policies.yaml:1"
                \t\tmeta nfproto ipv4 meta l4proto tcp th dport 80 ip saddr @cali4-\(set) accept \
                comment "gnp/allow-web ingress[0] policies.yaml:2"
                \t}
                }

                """)
    }

    @Test func countersStandBeforeDecisionsOnly() throws {
        let table = try NftTable(web().tree, view: .node(NodeIndex(0)))
        #expect(
            rules(table, "cali-pi-gnp/allow-web")
                .allSatisfy { $0.hasSuffix("counter accept comment \"gnp/allow-web ingress[0] policies.yaml:2\"") })
        let counted = table.chains.flatMap(\.rules).filter(\.hasCounter)
        #expect(counted.allSatisfy { $0.site != nil })
        #expect(table.chains.flatMap(\.rules).filter { $0.site != nil }.allSatisfy { $0.hasCounter })
    }

    @Test func clusterKeepsDifferingSettingsApart() throws {
        let settings = [
            NodeSettings(endpointToHostAction: .drop, dropsInvalid: true),
            NodeSettings(endpointToHostAction: .accept, dropsInvalid: false, refusedVXLANPort: nil, denyRejects: true),
        ]
        let table = try NftTable(web(settings: settings).tree, options: RulesetOptions(countsRules: false))
        #expect(table.verify() == [])
        #expect(
            rules(table, "cali-fw-1-2") == [
                "ct state established,related accept comment \"established or related\"",
                "meta l4proto 4 drop comment \"IP in IP from a pod\"", "jump cali-pro-kns.shop-2",
                "reject with icmpx port-unreachable comment \"no profile decided\"",
            ])
        #expect(rules(table, "cali-input-to-host") == ["iifname vmap @cali-pod-to-host"])
        #expect(rules(table, "cali-to-host-2").last == "accept comment \"defaultEndpointToHostAction Accept\"")
    }

    @Test func programsAreShared() throws {
        let table = try NftTable(web().tree)
        #expect(table.chains.filter { $0.name.hasPrefix("cali-tw") }.count == 1)
        #expect(table.summary.mapEntries == 4)
        #expect(table.chains.first { $0.name == "cali-tw-0" }?.comment == "ingress of shop/web-0, shop/web-1")
    }

    @Test func passLeavesTheTier() throws {
        var fixture = TreeFixture(pods: [pods[0]])
        let udp = RuleMatch(protocols: ProtocolSet(.udp))
        let tcp = RuleMatch(protocols: ProtocolSet(.tcp))
        let mixed = fixture.policy("mixed", tier: "first", rules: [(.allow, tcp), (.deny, udp), (.pass, RuleMatch())])
        let plain = fixture.policy("plain", tier: "first", rules: [(.allow, udp)])
        let last = fixture.policy("last", tier: "second", rules: [])
        let program = fixture.program(
            .ingress, tiers: [("first", [mixed, plain], true), ("second", [last], false)])
        fixture.assign(ingress: [program], egress: [fixture.program(.egress)])
        let table = try NftTable(fixture.tree, options: RulesetOptions(countsRules: false))
        #expect(table.verify() == [])
        #expect(
            rules(table, "cali-ti-first") == [
                "jump cali-pi-gnp/mixed", "return comment \"gnp/mixed ingress[2] policies.yaml:4\"",
                "jump cali-pi-gnp/plain", "drop comment \"end of tier first: gnp/mixed, gnp/plain\"",
            ])
        #expect(
            rules(table, "cali-tw-0").suffix(2) == ["jump cali-ti-first", "drop comment \"no profile decided\""])
    }

    @Test func tiersWithoutPassAreShared() throws {
        var fixture = TreeFixture(nodes: ["node-a", "node-b"], pods: pods)
        let one = fixture.policy("one", rules: [(.allow, RuleMatch(protocols: ProtocolSet(.udp)))])
        let two = fixture.policy("two", rules: [(.allow, RuleMatch(protocols: ProtocolSet(.tcp)))])
        let profile = fixture.profile("kns.shop", rules: [(.pass, RuleMatch()), (.deny, RuleMatch())])
        let programs = [
            fixture.program(.ingress, tiers: [("default", [one, two], true)]),
            fixture.program(.ingress, tiers: [("default", [one, two], false)], profiles: [profile]),
        ]
        fixture.assign(ingress: programs, egress: [fixture.program(.egress)])
        let table = try NftTable(fixture.tree, options: RulesetOptions(countsRules: false))
        #expect(table.verify() == [])
        #expect(table.chains.filter { $0.name.hasPrefix("cali-ti-") }.map(\.name) == ["cali-ti-default"])
        #expect(
            rules(table, "cali-pri-kns.shop").first == "return comment \"profile kns.shop ingress[0] policies.yaml:6\"")
    }

    @Test func endpointWithoutPodPrefixIsStillAPod() throws {
        var fixture = TreeFixture(pods: [TreeFixture.Pod("ns/odd", interface: "veth7")])
        fixture.assign(ingress: [fixture.program(.ingress)], egress: [fixture.program(.egress)])
        let table = try NftTable(fixture.tree, options: RulesetOptions(countsRules: false))
        #expect(
            rules(table, "cali-input-to-host") == [
                "iifname \"cali*\" goto cali-to-host", "iifname \"veth7\" goto cali-to-host",
            ])
    }

    @Test func refusedInterfaces() {
        func failure(_ pods: [TreeFixture.Pod], _ settings: NodeSettings = NodeSettings()) -> RulesetError? {
            var fixture = TreeFixture(nodes: ["node-a", "node-b"], pods: pods, settings: [settings, NodeSettings()])
            fixture.assign(ingress: [fixture.program(.ingress)], egress: [fixture.program(.egress)])
            do throws(RulesetError) {
                _ = try NftTable(fixture.tree)
                return nil
            } catch { return error }
        }
        #expect(
            failure([TreeFixture.Pod("a/b", interface: "cali0"), TreeFixture.Pod("a/c", node: 1, interface: "cali0")])
                == .sharedInterface("cali0", endpoints: ["a/b", "a/c"]))
        for name in ["", "sixteen-letters-", "a b", "a\"b", "cali*", "ä"] {
            #expect(failure([TreeFixture.Pod("a/b", interface: name)]) == .illegalInterface(name, endpoint: "a/b"))
        }
        #expect(
            failure([], NodeSettings(interfacePrefixes: [""])) == .illegalInterfacePrefix("", node: "node-a"))
        #expect(failure([TreeFixture.Pod("a/b", interface: "fifteen-letters")]) == nil)
    }

    @Test func strangeNamesStayLegal() throws {
        var fixture = TreeFixture(pods: [pods[0]])
        let long = String(repeating: "ä", count: 300)
        let chains = [
            fixture.policy("a b", rules: [(.allow, RuleMatch())]),
            fixture.policy("a;b", rules: [(.allow, RuleMatch())]),
            fixture.policy(long, rules: [(.deny, RuleMatch())]),
            fixture.policy(long + "x", rules: [(.deny, RuleMatch())]),
        ]
        let program = fixture.program(.ingress, tiers: [("t\"}", chains, true)])
        fixture.assign(ingress: [program], egress: [fixture.program(.egress)])
        let table = try NftTable(fixture.tree)
        #expect(table.verify() == [])
        #expect(table.chains.contains { $0.name == "cali-pi-gnp/a_b-2" })
        #expect(table.chains.flatMap(\.rules).allSatisfy { ($0.comment?.utf8.count ?? 0) <= 128 })
    }

    @Test(arguments: 0..<40) func randomTreesVerify(seed: UInt64) throws {
        let tree = RandomTree.tree(seed: seed)
        let table = try NftTable(tree)
        #expect(table.verify() == [], "seed \(seed)")
        #expect(try NftTable(tree) == table, "seed \(seed): not the same twice")
        for node in tree.topology.nodes.indices {
            #expect(try NftTable(tree, view: .node(NodeIndex(node))).verify() == [], "seed \(seed), node \(node)")
        }
    }
}
