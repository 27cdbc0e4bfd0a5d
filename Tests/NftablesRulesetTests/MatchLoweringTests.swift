import Classification
import MatchTreeFixtures
import NetTypes
import Testing

@testable import NftablesRuleset

/// What one tree rule becomes: the texts of the conditions, without verdict.
@Suite struct MatchLoweringTests {
    private var fixture = TreeFixture(pods: [])

    private func texts(_ match: RuleMatch, exclusive: Bool = false) -> [String] {
        var pool = SetPool(fixture.tree.sets)
        return MatchLowering.alternatives(of: match, exclusive: exclusive, sets: &pool).map { conditions in
            conditions.map(\.nftText).joined(separator: " ")
        }
    }

    @Test func ruleWithoutConditionIsOneRuleForBothFamilies() {
        #expect(texts(RuleMatch()) == [""])
    }

    @Test func portRangeNeedsAProtocolWithPorts() {
        let ports = SideMatch(ports: PortMatch(ranges: [PortRange(80)], namedSets: []))
        #expect(texts(RuleMatch(protocols: ProtocolSet(.tcp), destination: ports)) == ["meta l4proto tcp th dport 80"])
        #expect(texts(RuleMatch(destination: ports)) == ["th dport 80 meta l4proto @cali-protocols-6_17_33_132_136"])
        #expect(texts(RuleMatch(protocols: ProtocolSet(IPProtocol(47)), destination: ports)).isEmpty)
        #expect(
            texts(RuleMatch(protocols: ProtocolSet(.tcp, .udp, IPProtocol(47)), destination: ports))
                == ["th dport 80 meta l4proto @cali-protocols-6_17"])
        #expect(
            texts(RuleMatch(protocols: ProtocolSet(.tcp, .udp), destination: ports))
                == ["meta l4proto tcp th dport 80", "meta l4proto udp th dport 80"])
    }

    @Test func protocolSets() {
        #expect(texts(RuleMatch(protocols: ProtocolSet(.tcp).inverted)) == ["meta l4proto != tcp"])
        #expect(
            texts(RuleMatch(protocols: ProtocolSet(.tcp, .udp).inverted)) == ["meta l4proto != @cali-protocols-6_17"])
        #expect(texts(RuleMatch(protocols: .none)).isEmpty)
    }

    @Test func destinationPortStandsBeforeSourcePort() {
        let side = SideMatch(notPorts: PortMatch(ranges: [PortRange(80)], namedSets: []))
        #expect(
            texts(RuleMatch(protocols: ProtocolSet(.udp), source: side, destination: side))
                == ["meta l4proto udp th dport != 80 th sport != 80"])
    }

    @Test func severalRangesShareANamedSet() {
        let ports = PortMatch(ranges: [PortRange(80), PortRange(8000, 8100)], namedSets: [])
        #expect(
            texts(RuleMatch(protocols: ProtocolSet(.tcp), destination: SideMatch(ports: ports)))
                == ["meta l4proto tcp th dport @cali-ports-80_8000-8100"])
        #expect(
            texts(RuleMatch(protocols: ProtocolSet(.tcp), destination: SideMatch(notPorts: ports)))
                == ["meta l4proto tcp th dport != @cali-ports-80_8000-8100"])
    }

    @Test func everyPort() {
        let all = PortMatch(ranges: [PortRange(0, 65535)], namedSets: [])
        #expect(
            texts(RuleMatch(protocols: ProtocolSet(.tcp), destination: SideMatch(ports: all)))
                == ["meta l4proto tcp th dport >= 0"])
        #expect(texts(RuleMatch(protocols: ProtocolSet(.tcp), destination: SideMatch(notPorts: all))).isEmpty)
    }

    @Test mutating func rangesOrNamedPortsBecomeOneRuleEach() {
        let member = AddressPort(address: IPAddress(v4: 0x0a00_0001), proto: .tcp, port: 8080)
        let set = fixture.triples([member])
        let name = "cali4-" + fixture.tree.sets[set.value].name
        let ports = PortMatch(ranges: [PortRange(80)], namedSets: [set])
        let match = RuleMatch(protocols: ProtocolSet(.tcp), destination: SideMatch(ports: ports))
        #expect(
            texts(match) == [
                "meta l4proto tcp th dport 80",
                "meta nfproto ipv4 meta l4proto tcp ip daddr . meta l4proto . th dport @\(name)",
            ])
        // A rule that logs must not log twice.
        #expect(
            texts(match, exclusive: true) == [
                "meta l4proto tcp th dport 80",
                "meta nfproto ipv4 meta l4proto tcp th dport != 80 ip daddr . meta l4proto . th dport @\(name)",
            ])
    }

    @Test mutating func severalNamedPortsOfOneEndAreOneLookup() {
        let http = fixture.triples([AddressPort(address: IPAddress(v4: 1), proto: .tcp, port: 80)])
        let dns = fixture.triples([AddressPort(address: IPAddress(v4: 2), proto: .udp, port: 53)])
        let both = fixture.triples([
            AddressPort(address: IPAddress(v4: 1), proto: .tcp, port: 80),
            AddressPort(address: IPAddress(v4: 2), proto: .udp, port: 53),
        ])
        let name = fixture.tree.sets[both.value].name
        let ports = PortMatch(ranges: [], namedSets: [http, dns])
        #expect(
            texts(RuleMatch(source: SideMatch(ports: ports)))
                == ["meta nfproto ipv4 ip saddr . meta l4proto . th sport @cali4-\(name)"])
    }

    @Test mutating func negatedNamedPortsNeedAReadableHeader() {
        let none = fixture.triples([])
        let http = fixture.triples([AddressPort(address: IPAddress(v4: 1), proto: .tcp, port: 80)])
        let name = fixture.tree.sets[http.value].name
        func texts(_ set: IPSetID, _ protocols: ProtocolSet = .all) -> [String] {
            self.texts(
                RuleMatch(
                    protocols: protocols,
                    destination: SideMatch(notPorts: PortMatch(ranges: [], namedSets: [set]))))
        }
        #expect(texts(none) == ["th dport >= 0"])
        #expect(
            texts(http) == [
                "meta nfproto ipv4 ip daddr . meta l4proto . th dport != @cali4-\(name)",
                "meta nfproto ipv6 th dport >= 0",
            ])
        #expect(texts(http, ProtocolSet(.icmp)) == ["meta l4proto icmp th dport >= 0"])
    }

    @Test mutating func namedPortOfAnotherProtocolNeverMatches() {
        let http = fixture.triples([AddressPort(address: IPAddress(v4: 1), proto: .tcp, port: 80)])
        let side = SideMatch(ports: PortMatch(ranges: [], namedSets: [http]))
        #expect(texts(RuleMatch(protocols: ProtocolSet(.udp), destination: side)).isEmpty)
    }

    @Test mutating func writtenBlockIsComparedInPlace() {
        let block = fixture.addresses(["10.0.0.0/8"], isDynamic: false)
        #expect(
            texts(RuleMatch(source: SideMatch(inSets: [block]))) == ["meta nfproto ipv4 ip saddr 10.0.0.0/8"])
        #expect(
            texts(RuleMatch(destination: SideMatch(notInSets: [block]))) == [
                "meta nfproto ipv4 ip daddr != 10.0.0.0/8", "meta nfproto ipv6",
            ])
    }

    @Test mutating func blockOfEverything() {
        let everything = fixture.addresses(["0.0.0.0/0"], isDynamic: false)
        #expect(texts(RuleMatch(source: SideMatch(inSets: [everything]))) == ["meta nfproto ipv4"])
        #expect(texts(RuleMatch(source: SideMatch(notInSets: [everything]))) == ["meta nfproto ipv6"])
        #expect(texts(RuleMatch(families: .v4, source: SideMatch(notInSets: [everything]))).isEmpty)
    }

    @Test mutating func dynamicSetIsLookedUpBehindCheapComparisons() {
        let set = fixture.addresses(["10.0.0.1/32", "fd00::1/128"])
        let name = fixture.tree.sets[set.value].name
        let ports = SideMatch(ports: PortMatch(ranges: [PortRange(443)], namedSets: []))
        #expect(
            texts(
                RuleMatch(protocols: ProtocolSet(.tcp), source: SideMatch(inSets: [set]), destination: ports)) == [
                    "meta nfproto ipv4 meta l4proto tcp th dport 443 ip saddr @cali4-\(name)",
                    "meta nfproto ipv6 meta l4proto tcp th dport 443 ip6 saddr @cali6-\(name)",
                ])
    }

    @Test mutating func setEmptyInAFamily() {
        let set = fixture.addresses(["fd00::1/128"])
        let name = fixture.tree.sets[set.value].name
        #expect(
            texts(RuleMatch(source: SideMatch(inSets: [set]))) == ["meta nfproto ipv6 ip6 saddr @cali6-\(name)"])
        #expect(
            texts(RuleMatch(source: SideMatch(notInSets: [set]))) == [
                "meta nfproto ipv4", "meta nfproto ipv6 ip6 saddr != @cali6-\(name)",
            ])
    }

    @Test func icmpIsOfTheFamilyAndComparedAsAPair() {
        #expect(
            texts(RuleMatch(icmp: ICMPMatch(type: 8, code: nil))) == [
                "meta nfproto ipv4 meta l4proto icmp icmp type 8",
                "meta nfproto ipv6 meta l4proto ipv6-icmp icmpv6 type 8",
            ])
        #expect(
            texts(RuleMatch(families: .v4, notICMP: ICMPMatch(type: 3, code: 1)))
                == ["meta nfproto ipv4 meta l4proto icmp @th,0,16 != 769"])
        #expect(texts(RuleMatch(protocols: ProtocolSet(.tcp), icmp: ICMPMatch(type: 8, code: nil))).isEmpty)
    }
}
