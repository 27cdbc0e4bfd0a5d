import Diagnostics
import Foundation
import PolicyIR
import Testing

/// Each known fault of Calico's dataplane: where it is warned of, and where it is not since it does not show.
struct QuirkFindingTests {
    /// Namespace `a` with the pod `a/web` (app: web) on n1.
    private static let cluster = """
        apiVersion: v1
        kind: Node
        metadata: {name: n1}
        status: {addresses: [{type: InternalIP, address: 192.0.2.1}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: a, labels: {app: web}}
        spec: {nodeName: n1, containers: [{name: c, image: i}]}
        status: {podIP: 10.0.0.1}
        """

    /// Ids without their common beginning, each with its line.
    private func quirks(_ documents: String...) -> [String] {
        ResolvedText((documents + [Self.cluster]).joined(separator: "\n---\n")).diagnostics
            .filter { $0.id.hasPrefix("calico-quirk-") }
            .map { "\($0.location?.line ?? 0) \($0.fieldPath) \($0.id.dropFirst("calico-quirk-".count))" }
    }

    private func policy(_ rule: String, selector: String = "app == 'web'", more: String = "") -> String {
        """
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: p}
        spec:
          selector: "\(selector)"
          types: [Ingress]
          \(more)
          ingress:
          - \(rule)
        """
    }

    // MARK: Rules

    @Test(arguments: [
        ("{action: Allow, protocol: ICMP, icmp: {type: 3, code: 1}}", ".icmp.code icmp-code"),
        ("{action: Deny, protocol: ICMPv6, notICMP: {type: 1, code: 0}}", ".notICMP.code icmp-code"),
        ("{action: Allow, protocol: 1, icmp: {type: 8}}", ".icmp icmp-protocol"),
        ("{action: Allow, protocol: 58, icmp: {type: 128}}", ".icmp icmp-protocol"),
        ("{action: Allow, protocol: TCP, notICMP: {type: 8}}", ".notICMP icmp-protocol"),
    ])
    func rulesThatStopFelix(_ rule: String, _ expected: String) {
        #expect(quirks(policy(rule)) == ["9 spec.ingress[0]\(expected)"])
    }

    @Test(arguments: [
        "{action: Allow, protocol: ICMP, icmp: {type: 3}}",
        "{action: Allow, protocol: ICMP, icmp: {}}",
        "{action: Allow, protocol: 1, ipVersion: 4, icmp: {type: 8}}",
        "{action: Allow, protocol: 1, icmp: {type: 8}, source: {nets: [10.0.0.0/8]}}",
        "{action: Allow, notICMP: {type: 8}}",
        "{action: Allow, notProtocol: TCP, notICMP: {type: 8}}",
        "{action: Allow, protocol: TCP, ipVersion: 6, notICMP: {type: 8}, source: {nets: [10.0.0.0/8]}}",
    ])
    func rulesThatFelixCanWrite(_ rule: String) {
        #expect(!quirks(policy(rule)).contains { $0.contains("icmp") })
    }

    /// 16 single ports, or 7 ranges and two ports, need a second group.
    private static let manyPorts = "[\((1...16).map { "\($0)" }.joined(separator: ", "))]"
    private static let twoNets = "[10.0.0.0/8, 172.16.0.0/12]"

    @Test(arguments: [
        "source: {nets: \(twoNets)}, destination: {nets: \(twoNets), ports: \(manyPorts)}",
        "source: {nets: \(twoNets)}, destination: {nets: \(twoNets), ports: [http, https]}",
        "source: {nets: \(twoNets)}, destination: {nets: \(twoNets), ports: [80, http]}",
        "source: {ports: \(manyPorts), nets: \(twoNets)}, destination: {nets: \(twoNets)}",
        "source: {nets: \(twoNets)}, destination: {nets: \(twoNets), ports: [\"1:2\", \"3:4\", \"5:6\", \"7:8\", "
            + "\"9:10\", \"11:12\", \"13:14\", \"15:16\"]}",
    ])
    func threeBlocks(_ ends: String) {
        #expect(
            quirks(policy("{action: Allow, protocol: TCP, \(ends)}")) == ["9 spec.ingress[0] match-blocks"])
    }

    @Test(arguments: [
        "source: {nets: \(twoNets)}, destination: {nets: \(twoNets), ports: [80, 443]}",
        "source: {nets: \(twoNets)}, destination: {nets: \(twoNets), ports: [http]}",
        "source: {nets: [10.0.0.0/8]}, destination: {nets: \(twoNets), ports: \(manyPorts)}",
        "source: {nets: \(twoNets), notNets: \(twoNets)}, destination: {notNets: \(twoNets), ports: \(manyPorts)}",
        "source: {nets: \(twoNets)}, destination: {selector: has(a), ports: \(manyPorts)}",
        "source: {nets: \(twoNets)}, destination: {nets: \(twoNets), notPorts: \(manyPorts)}",
        "source: {nets: \(twoNets)}, destination: {nets: \(twoNets), ports: [\"1:2\", \"3:4\", \"5:6\", \"7:8\", "
            + "\"9:10\", \"11:12\", \"13:14\", 15]}",
    ])
    func fewerBlocks(_ ends: String) {
        #expect(quirks(policy("{action: Allow, protocol: TCP, \(ends)}")) == [])
    }

    @Test func blocksNameWhatIsDisregarded() throws {
        let rule =
            "{action: Deny, protocol: TCP, source: {ports: \(Self.manyPorts), nets: \(Self.twoNets)}, "
            + "destination: {nets: \(Self.twoNets), ports: \(Self.manyPorts)}}"
        let found = ResolvedText("\(policy(rule))\n---\n\(Self.cluster)").diagnostics
        let warning = try #require(found.first { $0.id == CalicoQuirk.matchBlocks.id })
        #expect(warning.severity == .warning && warning.hint == CalicoQuirk.matchBlocks.remedy)
        #expect(
            warning.message.contains("4 blocks, so this Deny rule disregards source.nets and destination.nets"),
            "\(warning.message)")
    }

    @Test func servicesWithoutNamespace() {
        func policy(_ service: String) -> String {
            """
            apiVersion: projectcalico.org/v3
            kind: NetworkPolicy
            metadata: {name: p, namespace: a}
            spec:
              egress:
              - action: Allow
                destination:
                  services: \(service)
            """
        }
        #expect(quirks(policy("{name: s}")) == ["8 spec.egress[0].destination.services service-namespace"])
        #expect(quirks(policy("{name: s, namespace: a}")) == [])
    }

    // MARK: What a node programs

    private static let badRule = "{action: Allow, protocol: ICMP, icmp: {type: 3, code: 1}}"

    @Test func policiesThatNoNodePrograms() {
        #expect(quirks(policy(Self.badRule, selector: "app == 'db'")) == [])
        #expect(quirks(policy(Self.badRule, more: "applyOnForward: true\n  doNotTrack: true")) == [])
        let staged = policy(Self.badRule).replacing("kind: Global", with: "kind: StagedGlobal")
        #expect(quirks(staged) == [])
        let inert = policy(Self.badRule).replacing("types: [Ingress]", with: "types: [Egress]")
        #expect(quirks(inert) == [])
    }

    /// Without any endpoint nobody knows which policies have one.
    @Test func policiesAlone() {
        let found = ResolvedText(policy(Self.badRule, selector: "app == 'db'")).diagnostics.map(\.id)
        #expect(found.contains(CalicoQuirk.icmpCode.id))
    }

    @Test func profilesThatAreUsed() {
        func profile(_ name: String) -> String {
            """
            apiVersion: projectcalico.org/v3
            kind: Profile
            metadata: {name: \(name)}
            spec: {ingress: [\(Self.badRule)]}
            ---
            apiVersion: projectcalico.org/v3
            kind: HostEndpoint
            metadata: {name: h}
            spec: {node: n1, interfaceName: eth0, profiles: [used]}
            """
        }
        #expect(quirks(profile("used")).contains("4 spec.ingress[0].icmp.code icmp-code"))
        #expect(!quirks(profile("other")).contains { $0.contains("icmp") })
    }

    @Test func withoutIPv6TablesNothingOfIPv6() {
        let felix = "apiVersion: projectcalico.org/v3\nkind: FelixConfiguration\nmetadata: {name: default}\n"
        let rule = "{action: Allow, protocol: 1, icmp: {type: 8}}"
        #expect(quirks(policy(rule), felix + "spec: {ipv6Support: false}") == [])
        #expect(quirks(policy(rule), felix + "spec: {ipv6Support: true}").count == 1)
    }

    // MARK: Nodes

    private func host(_ spec: String) -> String {
        "apiVersion: projectcalico.org/v3\nkind: HostEndpoint\nmetadata: {name: h}\nspec: {node: n1, \(spec)}"
    }

    private static let service = """
        apiVersion: v1
        kind: Service
        metadata: {name: s, namespace: a}
        spec: {clusterIP: 10.96.0.1, ports: [{port: 80}], selector: {app: web}}
        """

    @Test func hostEndpoints() {
        let untracked = "1  untracked-host-traffic"
        let translated = "1  translated-host-traffic"
        #expect(quirks(host("interfaceName: eth0"), Self.service) == [untracked, translated])
        #expect(quirks(host("interfaceName: eth0")) == [untracked])
        let open = host("interfaceName: eth0, profiles: [projectcalico-default-allow]")
        #expect(quirks(open, Self.service) == [untracked])
        // No interface bears that address.
        #expect(quirks(host("expectedIPs: [203.0.113.9]"), Self.service) == [])
    }

    /// An open host endpoint drops nothing once invalid packets are let through.
    @Test func hostEndpointThatDropsNothing() {
        let felix = """
            apiVersion: projectcalico.org/v3
            kind: FelixConfiguration
            metadata: {name: default}
            spec: {disableConntrackInvalidCheck: true}
            """
        let open = host("interfaceName: eth0, profiles: [projectcalico-default-allow]")
        #expect(quirks(open, felix, Self.service) == [])
        #expect(quirks(host("interfaceName: eth0"), felix) == ["1  untracked-host-traffic"])
    }

    @Test(arguments: [
        ("{nftablesFilterAllowAction: Return}", true),
        ("{nftablesFilterAllowAction: return, defaultEndpointToHostAction: Drop}", true),
        ("{nftablesFilterAllowAction: Return, defaultEndpointToHostAction: Accept}", false),
        ("{nftablesFilterAllowAction: Return, defaultEndpointToHostAction: Return}", false),
        ("{nftablesFilterAllowAction: Accept}", false),
        ("{nftablesMangleAllowAction: Return}", false),
    ])
    func returnedAllow(_ spec: String, _ shows: Bool) {
        let felix = """
            apiVersion: projectcalico.org/v3
            kind: FelixConfiguration
            metadata: {name: default}
            spec: \(spec)
            """
        #expect(quirks(felix) == (shows ? ["4 spec.nftablesFilterAllowAction returned-allow"] : []))
    }

    /// Such a block is refused; that an old cluster holds it, and what Calico makes of it, is said beside the error.
    @Test(arguments: [
        ("{cidr: 010.0.0.0/8}", ["4 spec.ingress[0].from[0].ipBlock.cidr unparsable-block"]),
        (
            "{cidr: 10.0.0.0/8, except: [10.01.0.0/16]}",
            ["4 spec.ingress[0].from[0].ipBlock.except[0] unparsable-block"]
        ),
        ("{cidr: 10.0.0/8}", []), ("{cidr: 10.0.0.0}", []), ("{cidr: 10.0.0.0/8}", []),
    ])
    func unparsableBlocks(_ block: String, _ expected: [String]) {
        let policy = """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: p, namespace: a}
            spec: {podSelector: {}, ingress: [{from: [{ipBlock: \(block)}]}]}
            """
        #expect(quirks(policy) == expected)
    }

    // MARK: The table

    @Test func tableIsComplete() {
        let all = CalicoQuirk.all
        #expect(Set(all.map(\.id)).count == all.count && all.allSatisfy { $0.id.hasPrefix("calico-quirk-") })
        for text in all.flatMap({ [$0.name, $0.behaviour, $0.remedy, $0.source] }) {
            #expect(!text.isEmpty && !text.hasSuffix("."))
        }
    }

    @Test(arguments: [
        ("three or more positive match blocks: the scratch mark is not reset", CalicoQuirk.matchBlocks),
        ("ct status compared as a whole word: DNATed host traffic is judged in OUTPUT too", .translatedHostTraffic),
        ("a packet of the node itself without conntrack entry skips host endpoint egress", .untrackedHostTraffic),
    ])
    func corpusTexts(_ text: String, _ expected: CalicoQuirk) {
        #expect(CalicoQuirk.named(inCorpus: text) == expected)
        #expect(CalicoQuirk.named(inCorpus: "the moon is full") == nil)
    }
}
