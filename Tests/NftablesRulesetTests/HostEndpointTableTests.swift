import Classification
import Diagnostics
import MatchTreeFixtures
import NetTypes
import NetworkTopology
import Testing

@testable import NftablesRuleset

/// The chains of a node with host endpoints of all kinds, hook by hook.
@Suite struct HostEndpointTableTests {
    private func table(_ change: (inout NodeSettings) -> Void = { _ in }) throws -> NftTable {
        let table = try NftTable(HostTree.tree(change), options: RulesetOptions(countsRules: false))
        #expect(table.verify() == [])
        return table
    }

    /// A chain's hook, priority and rules, comments left out.
    private func chain(_ table: NftTable, _ name: String) -> [String] {
        guard let chain = table.chains.first(where: { $0.name == name }) else { return ["no such chain"] }
        return (chain.base.map { ["\($0.hook) \($0.priority)"] } ?? [])
            + chain.rules.map { $0.statements.map(\.nftText).joined(separator: " ") }
    }

    private func map(_ table: NftTable, _ name: String) -> [String] {
        guard case .interfaceVerdicts(let entries) = table.sets.first(where: { $0.name == name })?.contents else {
            return ["no such map"]
        }
        return entries.map { "\($0.interface): \($0.verdict)" }
    }

    private let isMarked = "meta mark & 0x00010000 == 0x00010000"

    // MARK: prerouting

    @Test func rawPreroutingExemptsTunnelsAndChecksPodsBeforeUntrackedPolicy() throws {
        let table = try table()
        #expect(
            chain(table, "cali-prerouting-raw") == [
                "prerouting -300", "meta mark set meta mark & 0xfffeffff",
                "meta nfproto ipv4 meta l4proto udp th dport 4789 notrack",
                "iifname \"cali0\" meta nfproto ipv4 ip saddr 203.0.113.0/24 accept",
                "iifname \"cali*\" fib saddr . mark . iif oif missing drop", "iifname vmap @cali-from-hep-raw",
            ])
        #expect(map(table, "cali-from-hep-raw") == ["eth0: goto cali-fh-raw-2"])
        // No state and no INVALID before connection tracking; answers of outbound failsafes by their source port.
        #expect(chain(table, "cali-fh-raw-2") == ["jump cali-failsafe-in-raw", "jump cali-pi-gnp/raw"])
        #expect(
            chain(table, "cali-failsafe-in-raw") == [
                "meta l4proto tcp th dport @cali-ports-22_6443 accept",
                "meta nfproto ipv4 meta l4proto udp ip saddr 198.51.100.0/24 th dport 68 accept",
                "meta nfproto ipv6 meta l4proto udp th sport 53 accept",
            ])
        #expect(
            chain(table, "cali-pi-gnp/raw")
                == ["meta l4proto udp meta mark set meta mark | 0x00010000 notrack accept"])
    }

    @Test func preDNATPolicyMarksAndFallsToTheWildcard() throws {
        let table = try table()
        #expect(
            chain(table, "cali-prerouting-prednat") == [
                "prerouting -150", "ct state established,related accept", "\(isMarked) accept",
                "iifname vmap @cali-from-hep-prednat", "goto cali-fh-prednat-13",
            ])
        // eth1 has a host endpoint without such policy: it is not in the map (T63).
        #expect(map(table, "cali-from-hep-prednat") == ["eth0: goto cali-fh-prednat-4"])
        #expect(
            chain(table, "cali-fh-prednat-4")
                == ["ct state invalid drop", "jump cali-failsafe-in", "jump cali-pi-gnp/pre"])
        #expect(
            chain(table, "cali-pi-gnp/pre")
                == ["meta l4proto udp meta mark set meta mark | 0x00010000 accept", "drop"])
    }

    // MARK: forward

    @Test func forwardPolicyStandsAroundThatOfPods() throws {
        let table = try table()
        #expect(
            chain(table, "cali-forward-from-host") == [
                "forward -1", "\(isMarked) accept", "iifname vmap @cali-from-hep-forward", "goto cali-fhfw-11",
            ])
        #expect(
            chain(table, "cali-forward-to-host")
                == ["forward 2", "oifname vmap @cali-to-hep-forward", "goto cali-thfw-12"])
        let head = ["ct state established,related accept", "ct state invalid drop"]
        #expect(chain(table, "cali-fhfw-7") == head + ["jump cali-pi-gnp/both", "drop"])
        // No policy that applies on forward: only INVALID is dropped (T37).
        #expect(chain(table, "cali-fhfw-11") == head + ["accept"])
        #expect(
            table.chains.first { $0.name == "cali-fhfw-11" }?.rules.last?.site == FixedSite.noForwardPolicy.id)
        #expect(table.chains.first { $0.name == "cali-fhfw-11" }?.comment == "forward ingress of second, rest")
    }

    /// What the first endpoint chain accepted as established, no later one drops.
    @Test func establishedPacketsPassTheLaterForwardChains() throws {
        let table = try table()
        #expect(
            chain(table, "cali-forward-from-pod") == [
                "forward 0", "iifname vmap @cali-from-pod", "iifname \"cali*\" ct state established,related accept",
                "iifname \"cali*\" drop",
            ])
        #expect(chain(table, "cali-to-unknown-pod") == ["ct state established,related accept", "drop"])
        #expect(
            chain(table, "cali-forward-service-loop") == [
                "forward 3", "ct state established,related accept", "meta nfproto ipv4 ip daddr 10.96.0.0/12 drop",
            ])
    }

    @Test func serviceLoopDropsEstablishedPacketsThatMetNoEndpoint() throws {
        var fixture = TreeFixture(
            pods: [TreeFixture.Pod("a/b", interface: "cali0")],
            hosts: [TreeFixture.Host("eth0", interface: .named("eth0"))],
            settings: [NodeSettings(serviceLoopPrefixes: [IPPrefix("0.0.0.0/0")].compactMap { $0 })])
        fixture.assign(ingress: [fixture.program(.ingress)], egress: [fixture.program(.egress)])
        fixture.assign(hosts: [fixture.plainHost()])
        let table = try NftTable(fixture.tree, options: RulesetOptions(countsRules: false))
        let state = "ct state established,related accept"
        #expect(
            chain(table, "cali-forward-service-loop") == [
                "forward 3", "iifname \"cali*\" \(state)", "iifname \"eth0\" \(state)", "oifname \"cali*\" \(state)",
                "oifname \"eth0\" \(state)", "meta nfproto ipv4 drop",
            ])
        #expect(
            chain(table, "cali-to-unknown-pod") == ["iifname \"cali*\" \(state)", "iifname \"eth0\" \(state)", "drop"])
        #expect(
            chain(table, "cali-forward-from-pod")
                == ["forward 0", "iifname vmap @cali-from-pod", "iifname \"cali*\" drop"])
    }

    // MARK: input, output, postrouting

    @Test func inputTakesTunnelsThenPodsThenHostEndpoints() throws {
        let table = try table()
        let lines = chain(table, "cali-input")
        #expect(
            lines.prefix(5) == [
                "input 0", "meta nfproto ipv4 meta l4proto 4 ip saddr @cali4-nodes accept",
                "meta nfproto ipv4 meta l4proto udp th dport 4789 ip saddr @cali4-nodes accept",
                "meta nfproto ipv4 meta l4proto 4 drop", "meta nfproto ipv4 meta l4proto udp th dport 4789 drop",
            ])
        #expect(
            lines.suffix(5) == [
                "iifname vmap @cali-from-pod", "iifname \"cali*\" drop", "\(isMarked) accept",
                "iifname vmap @cali-from-host-endpoint", "goto cali-fh-9",
            ])
        // A tunnel's packet from a pod is not asked about again.
        #expect(
            chain(table, "cali-input-to-host") == [
                "input 1", "meta nfproto ipv4 meta l4proto 4 ip saddr @cali4-nodes accept",
                "meta nfproto ipv4 meta l4proto udp th dport 4789 ip saddr @cali4-nodes accept",
                "iifname \"cali*\" goto cali-to-host",
            ])
        #expect(
            chain(table, "cali-fh-5") == [
                "ct state established,related accept", "ct state invalid drop", "jump cali-failsafe-in",
                "jump cali-pi-gnp/both", "drop", "drop",
            ])
    }

    @Test func outputLeavesTranslatedConnectionsToPostrouting() throws {
        let table = try table()
        #expect(
            chain(table, "cali-output-raw") == [
                "output -300", "meta mark set meta mark & 0xfffeffff",
                "meta nfproto ipv4 meta l4proto udp th dport 4789 notrack", "oifname vmap @cali-to-hep-raw",
            ])
        #expect(
            chain(table, "cali-output") == [
                "output 0", "\(isMarked) accept", "ct status dnat accept", "oifname \"cali*\" accept",
                "meta nfproto ipv4 meta l4proto 4 ip daddr @cali4-nodes accept",
                "meta nfproto ipv4 meta l4proto udp th dport 4789 ip daddr @cali4-nodes accept",
                "oifname vmap @cali-to-host-endpoint", "goto cali-th-10",
            ])
        #expect(
            chain(table, "cali-postrouting") == ["postrouting -150", "iif 0 ct status dnat goto cali-to-translated"])
        #expect(
            chain(table, "cali-to-translated")
                == ["oifname \"cali*\" accept", "oifname vmap @cali-to-host-endpoint", "goto cali-th-10"])
    }

    /// `reject` is for input, forward and output alone.
    @Test func denialsDoNotAnswerWhereTheKernelCannot() throws {
        let table = try table { $0.denyRejects = true }
        #expect(chain(table, "cali-th-10").last == "reject with icmpx port-unreachable")
        #expect(
            chain(table, "cali-to-translated").suffix(2)
                == ["oifname vmap @cali-to-host-endpoint-dnat", "goto cali-th-dnat-10"])
        #expect(chain(table, "cali-th-dnat-10").last == "drop")
        #expect(chain(table, "cali-pi-gnp/pre").last == "drop")
    }

    // MARK: What is not needed is not there

    @Test func nodeWithoutHostEndpointsKeepsItsTable() throws {
        var fixture = TreeFixture(pods: [TreeFixture.Pod("a/b", interface: "cali0")])
        fixture.assign(ingress: [fixture.program(.ingress)], egress: [fixture.program(.egress)])
        let table = try NftTable(fixture.tree)
        #expect(
            table.chains.filter { $0.base != nil }.map(\.name) == [
                "cali-prerouting-raw", "cali-forward-from-pod", "cali-forward-to-pod", "cali-input",
                "cali-input-to-host",
            ])
        #expect(!table.nftText().contains("mark set"))
    }

    @Test func markIsTheLowestBitOfTheMaskAndOnlyForThosePolicies() throws {
        let other = try table { $0.markMask = 0x0ff0_0000 }
        #expect(chain(other, "cali-forward-from-host")[1] == "meta mark & 0x00100000 == 0x00100000 accept")
        #expect(MarkBit(lowestOf: 0).mask == 0x1_0000)
        #expect(MarkBit(lowestOf: .max).mask == 1)

        var fixture = TreeFixture(pods: [], hosts: [TreeFixture.Host("all", interface: .any)])
        fixture.assign(hosts: [fixture.plainHost()])
        let table = try NftTable(fixture.tree)
        #expect(!table.nftText().contains("meta mark"))
        #expect(table.chains.contains { $0.name == "cali-output" })
        #expect(!table.chains.contains { ["cali-prerouting-prednat", "cali-output-raw"].contains($0.name) })
    }

    @Test func emptyFailsafeListsMakeNoChain() throws {
        let table = try table { $0.failsafes = Failsafes(inbound: [], outbound: []) }
        #expect(!table.chains.contains { $0.name.hasPrefix("cali-failsafe") })
        #expect(chain(table, "cali-fh-9") == ["ct state established,related accept", "ct state invalid drop", "drop"])
    }

    // MARK: Views and names

    @Test func hostEndpointOfAPodInterfaceIsNone() throws {
        var fixture = TreeFixture(
            pods: [TreeFixture.Pod("a/b", interface: "veth7")],
            hosts: [
                TreeFixture.Host("one", interface: .named("cali9")),
                TreeFixture.Host("two", interface: .named("veth7")),
            ])
        fixture.assign(ingress: [fixture.program(.ingress)], egress: [fixture.program(.egress)])
        fixture.assign(hosts: [fixture.plainHost(), fixture.plainHost()])
        let table = try NftTable(fixture.tree)
        #expect(!table.chains.contains { $0.name.contains("host-endpoint") || $0.name == "cali-output" })
    }

    @Test func oneTableCannotHoldHostEndpointsOfSeveralNodes() throws {
        var fixture = TreeFixture(
            nodes: ["node-a", "node-b"], pods: [], hosts: [TreeFixture.Host("a-eth0", interface: .named("eth0"))])
        fixture.assign(hosts: [fixture.plainHost()])
        #expect(failure(fixture.tree, .cluster) == .hostEndpointInSeveralNodes("a-eth0"))
        #expect(failure(fixture.tree, .node(NodeIndex(0))) == nil)
        #expect(failure(fixture.tree, .node(NodeIndex(1))) == nil)
        let diagnostic = RulesetError.hostEndpointInSeveralNodes("a-eth0").diagnostic
        #expect(diagnostic.message.contains("a-eth0"))
        #expect(diagnostic.hint?.contains("--node") == true)
    }

    @Test func oneTableCannotHoldDifferentTunnels() throws {
        func tree(_ other: Tunnels) -> MatchTree {
            TreeFixture(
                nodes: ["node-a", "node-b"], pods: [],
                settings: [NodeSettings(tunnels: Tunnels(vxlan4: true)), NodeSettings(tunnels: other)]
            ).tree
        }
        #expect(
            failure(tree(Tunnels(vxlan4: true, vxlanPort: 8472)), .cluster) == .differentSettings(["node-a", "node-b"]))
        #expect(failure(tree(Tunnels(vxlan4: true)), .cluster) == nil)
    }

    @Test func illegalInterfaceOfAHostEndpoint() {
        var fixture = TreeFixture(pods: [], hosts: [TreeFixture.Host("h", interface: .named("a b"))])
        fixture.assign(hosts: [fixture.plainHost()])
        #expect(failure(fixture.tree, .cluster) == .illegalInterface("a b", endpoint: "h"))
    }

    private func failure(_ tree: MatchTree, _ view: RulesetView) -> RulesetError? {
        do throws(RulesetError) {
            _ = try NftTable(tree, view: view)
            return nil
        } catch { return error }
    }
}
