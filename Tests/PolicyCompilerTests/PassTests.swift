import Classification
import MatchTreeFixtures
import NetTypes
import Testing

@testable import PolicyCompiler

/// What each pass turns into what, on the smallest tree that shows it.
@Suite struct PassTests {
    private let pods = [
        TreeFixture.Pod("shop/a", interface: "cali0", addresses: ["10.0.0.1"]),
        TreeFixture.Pod("shop/b", interface: "cali1", addresses: ["10.0.0.2"]),
    ]

    /// One policy of these rules for all pods, in a tier that drops at its end.
    private func tree(
        _ fixture: TreeFixture, _ rules: [(RuleAction, RuleMatch)], sameRule: Bool = false
    ) -> MatchTree {
        var fixture = fixture
        let policy = fixture.policy("p", rules: rules)
        let profile = fixture.profile("open", .egress, rules: [(.allow, RuleMatch())])
        fixture.assign(
            ingress: [fixture.program(.ingress, tiers: [("default", [policy], true)])],
            egress: [fixture.program(.egress, profiles: [profile])])
        var tree = fixture.tree
        guard sameRule else { return tree }
        for rule in tree.chains[policy.value].rules.indices {
            tree.chains[policy.value].rules[rule].manifestIndex = 0
            tree.chains[policy.value].rules[rule].location = tree.chains[policy.value].rules[0].location
        }
        return tree
    }

    /// The rules of the policy as text, and the removed ones with their reasons.
    private func text(_ tree: MatchTree) -> [String] {
        let names = Dictionary(uniqueKeysWithValues: tree.sets.map { ($0.name, $0.meanings.joined(separator: "|")) })
        let chain = tree.chains[0]
        let rules = chain.rules.map { rule in
            let text = tree.text(of: rule.match).split(separator: " ").map { word in
                word.hasPrefix("@") ? names[String(word.dropFirst())] ?? "?" : String(word)
            }
            return "\(rule.action.word) \(text.joined(separator: " "))"
        }
        return rules + chain.removed.map { "- \($0.manifestIndex) \($0.reason.word)" }
    }

    private func run(_ pass: TreePass, _ tree: MatchTree) -> [String] {
        #expect(tree.verify() == [])
        let result = pass(tree)
        #expect(result.verify() == [])
        #expect(pass(result).text == result.text)
        return text(result)
    }

    private func from(_ sets: IPSetID...) -> RuleMatch { RuleMatch(source: SideMatch(inSets: sets)) }

    private func port(
        _ ranges: [ClosedRange<UInt16>], not excluded: [ClosedRange<UInt16>] = [], _ proto: IPProtocol = .tcp,
        from set: IPSetID? = nil
    ) -> RuleMatch {
        func match(_ ranges: [ClosedRange<UInt16>]) -> PortMatch? {
            ranges.isEmpty
                ? nil : PortMatch(ranges: ranges.map { PortRange($0.lowerBound, $0.upperBound) }, namedSets: [])
        }
        return RuleMatch(
            protocols: ProtocolSet(proto), source: SideMatch(inSets: set.map { [$0] } ?? []),
            destination: SideMatch(ports: match(ranges), notPorts: match(excluded)))
    }

    @Test func splitFamilies() {
        var fixture = TreeFixture(pods: pods)
        let four = fixture.addresses(["10.0.0.0/8"], meaning: "four")
        let both = fixture.addresses(["10.0.0.0/8", "fd00::/8"], meaning: "both")
        let icmp = RuleMatch(protocols: ProtocolSet(.icmp), icmp: ICMPMatch(type: 8, code: nil))
        #expect(
            run(.splitFamilies, tree(fixture, [(.allow, from(four)), (.allow, from(both)), (.deny, icmp)])) == [
                "Allow ipv4 src in four", "Allow src in both", "Deny ipv4 protocol ICMP icmp type 8",
            ])
    }

    @Test func aSetThatFollowsDomainsKeepsBothFamilies() {
        var fixture = TreeFixture(pods: pods)
        let names = fixture.domains(
            DomainMembers(patterns: [DomainPattern("example.com")].compactMap(\.self), table: DomainTable()))
        let match = RuleMatch(destination: SideMatch(inSets: [names]))
        let domains = tree(fixture, [(.allow, match)])
        for pass in TreePass.all { #expect(pass(domains).chains[0].rules.map(\.match) == [match], "\(pass.name)") }
    }

    @Test func dropContainedSets() {
        var fixture = TreeFixture(pods: pods)
        let small = fixture.addresses(["10.0.0.0/24"], meaning: "small")
        let large = fixture.addresses(["10.0.0.0/8"], meaning: "large")
        let other = fixture.addresses(["192.0.2.0/24"], meaning: "other")
        let all = fixture.addresses(["0.0.0.0/0", "::/0"], meaning: "all")
        let part = fixture.addresses(["10.0.0.7/32"], meaning: "part")
        let match = RuleMatch(source: SideMatch(inSets: [large, small, all], notInSets: [other, part]))
        let outside = RuleMatch(source: SideMatch(notInSets: [small, large]))
        #expect(
            run(.dropContainedSets, tree(fixture, [(.allow, match), (.deny, outside)])) == [
                "Allow src in small src not in part", "Deny src not in large",
            ])
    }

    @Test func dropContainedSetsOfPorts() {
        var fixture = TreeFixture(pods: pods)
        func triple(_ port: UInt16) -> AddressPort {
            AddressPort(address: IPAddress(v4: 0x0a00_0001), proto: .tcp, port: port)
        }
        let web = fixture.triples([triple(80)], meaning: "web")
        let more = fixture.triples([triple(80), triple(443)], meaning: "more")
        func ports(_ ranges: [PortRange], _ sets: [IPSetID]) -> RuleMatch {
            RuleMatch(destination: SideMatch(ports: PortMatch(ranges: ranges, namedSets: sets)))
        }
        let rules = [
            (RuleAction.allow, ports([], [web, more])), (.allow, ports([PortRange(80)], [web])),
            (.allow, ports([PortRange(80)], [more])), (.allow, ports([], [web])),
        ]
        #expect(
            run(.dropContainedSets, tree(fixture, rules)) == [
                "Allow dst port more", "Allow dst port 80",
                "Allow dst port 80,\(fixture.tree.sets[1].name)"
                    .replacing(fixture.tree.sets[1].name, with: "@" + fixture.tree.sets[1].name), "Allow dst port web",
            ])
    }

    @Test func mergePorts() {
        let fixture = TreeFixture(pods: pods)
        let rules: [(RuleAction, RuleMatch)] = [
            (.allow, port([80...90], not: [85...95])), (.allow, port([80...90], not: [1...79])),
            (.allow, port([80...90], not: [85...86])), (.allow, port([80...90], not: [80...90])),
        ]
        #expect(
            run(.mergePorts, tree(fixture, rules)) == [
                "Allow protocol TCP dst port 80-84", "Allow protocol TCP dst port 80-90",
                "Allow protocol TCP dst port 80-90 dst port not 85-86",
                "Allow protocol TCP dst port 80-90 dst port not 80-90",
            ])
    }

    @Test func dropEmptyRules() {
        var fixture = TreeFixture(pods: pods)
        let nobody = fixture.addresses([], meaning: "nobody")
        let one = fixture.addresses(["10.0.0.0/24"], meaning: "one")
        let two = fixture.addresses(["192.0.2.0/24"], meaning: "two")
        let triples = fixture.triples(
            [AddressPort(address: IPAddress(v4: 1), proto: .udp, port: 53)], meaning: "dns")
        var named = port([])
        named.destination.ports = PortMatch(ranges: [], namedSets: [triples])
        var excluded = from(one)
        excluded.source.notInSets = [one]
        let rules: [(RuleAction, RuleMatch)] = [
            (.allow, from(nobody)), (.allow, from(one, two)), (.deny, port([80...90], not: [70...90])), (.allow, named),
            (.pass, excluded), (.log, from(nobody)), (.allow, from(one)),
        ]
        #expect(
            run(.dropEmptyRules, tree(fixture, rules)) == [
                "Log src in nobody", "Allow src in one", "- 0 cannot-match", "- 1 cannot-match", "- 2 cannot-match",
                "- 3 cannot-match", "- 4 cannot-match",
            ])
    }

    @Test func dropShadowedRules() {
        var fixture = TreeFixture(pods: pods)
        let small = fixture.addresses(["10.0.0.0/24"], meaning: "small")
        let large = fixture.addresses(["10.0.0.0/8"], meaning: "large")
        let rules: [(RuleAction, RuleMatch)] = [
            (.log, from(large)), (.deny, from(large)), (.allow, from(small)), (.log, from(small)),
            (.allow, port([80...80])), (.deny, port([80...90])), (.deny, port([443...443])), (.allow, port([], .udp)),
            (.pass, port([53...53], .udp)),
        ]
        let result = run(.dropShadowedRules, tree(fixture, rules))
        #expect(
            result == [
                "Log src in large", "Deny src in large", "Log src in small", "Allow protocol TCP dst port 80",
                "Deny protocol TCP dst port 80-90", "Deny protocol TCP dst port 443", "Allow protocol UDP",
                "- 2 shadowed", "- 8 shadowed",
            ])
        #expect(TreePass.dropShadowedRules(tree(fixture, rules)).chains[0].neverHit.map(\.manifestIndex) == [2, 8])
    }

    @Test func shadowsFarApartAreFound() {
        var fixture = TreeFixture(pods: pods)
        let set = fixture.addresses(["10.0.0.0/24"], meaning: "set")
        let between = (1...200).map { (RuleAction.allow, port([UInt16($0)...UInt16($0)], .udp)) }
        let result = run(
            .dropShadowedRules, tree(fixture, [(.deny, from(set))] + between + [(.allow, port([80...80], from: set))]))
        #expect(result.last == "- 201 shadowed")
    }

    @Test func fuseRules() {
        var fixture = TreeFixture(pods: pods)
        let one = fixture.addresses(["10.0.0.1/32", "10.0.0.9/32"], meaning: "one")
        let two = fixture.addresses(["10.0.0.3/32"], meaning: "two")
        let rules: [(RuleAction, RuleMatch)] = [
            (.allow, port([53...53], .tcp, from: one)), (.allow, port([53...53], .udp, from: one)),
            (.allow, port([80...80], .tcp, from: two)), (.allow, port([81...90], .tcp, from: two)),
        ]
        #expect(
            run(.fuseRules, tree(fixture, rules, sameRule: true)) == [
                "Allow protocol TCP,UDP src in one dst port 53", "Allow protocol TCP src in two dst port 80-90",
                "- 0 merged", "- 0 merged",
            ])
        #expect(run(.fuseRules, tree(fixture, rules)).count == 4, "rules of different manifest rules stay apart")
    }

    @Test func fusePeers() {
        var fixture = TreeFixture(pods: pods)
        let one = fixture.addresses(["10.0.0.1/32"], meaning: "one")
        let two = fixture.addresses(["10.0.0.3/32"], meaning: "two")
        let both = [(RuleAction.allow, from(one)), (.allow, from(two))]
        #expect(run(.fuseRules, tree(fixture, both, sameRule: true)) == ["Allow src in one|two", "- 0 merged"])
        // Where another rule needs a set alone, the union would be a third set.
        let reused = both + [(RuleAction.allow, RuleMatch(destination: SideMatch(inSets: [one])))]
        #expect(
            run(.fuseRules, tree(fixture, reused, sameRule: true)) == [
                "Allow src in one", "Allow src in two", "Allow dst in one",
            ])
        // Two neighbouring addresses are a block, which the kernel finds more slowly.
        let next = fixture.addresses(["10.0.0.2/32"], meaning: "next")
        #expect(run(.fuseRules, tree(fixture, [(.allow, from(two)), (.allow, from(next))], sameRule: true)).count == 2)
    }

    @Test func internSets() {
        var fixture = TreeFixture(pods: pods)
        _ = fixture.addresses(["192.0.2.0/24"], meaning: "unread")
        let both = fixture.addresses(["10.0.0.0/8", "fd00::/8"], meaning: "both")
        var match = from(both)
        match.families = .v4
        let result = TreePass.internSets(tree(fixture, [(.allow, match)]))
        #expect(result.verify() == [])
        #expect(result.sets.map(\.meanings) == [["both"]])
        #expect(result.sets[0].prefixes(of: .v6).isEmpty && result.sets[0].prefixes(of: .v4).count == 1)
    }

    @Test func aSetThatBothVersionsReadStaysWhole() {
        var fixture = TreeFixture(pods: pods)
        let both = fixture.addresses(["10.0.0.0/8", "fd00::/8"], meaning: "both")
        var (four, six) = (from(both), from(both))
        (four.families, six.families) = (.v4, .v6)
        let rules = tree(fixture, [(.allow, four), (.deny, six)])
        #expect(TreePass.internSets(rules).text == rules.text)
    }

    @Test func subtractedPorts() {
        func ranges(_ ranges: ClosedRange<UInt16>...) -> [PortRange] {
            ranges.map { PortRange($0.lowerBound, $0.upperBound) }
        }
        #expect(
            ranges(80...90, 100...110).subtracting(ranges(85...86, 90...104)) == ranges(80...84, 87...89, 105...110))
        #expect(ranges(0...65535).subtracting(ranges(0...0, 65535...65535)) == ranges(1...65534))
        #expect(ranges(5...6).subtracting(ranges(1...9)).isEmpty)
    }

    @Test func blocksPartlyInside() throws {
        func blocks(_ texts: String...) throws -> SortedBlocks {
            SortedBlocks(try texts.map { try #require(IPPrefix($0)) }, .v4)
        }
        let three = try blocks("10.0.0.1/32", "10.0.0.3/32", "10.9.0.0/16")
        #expect(try !three.isContained(in: blocks("10.0.0.0/24")))
        #expect(try three.isContained(in: blocks("10.0.0.0/8")))
        #expect(try !three.isContained(in: blocks("10.0.0.1/32", "10.9.1.0/24")))
        #expect(try three.isDisjoint(from: blocks("10.0.0.2/32")))
        #expect(try !three.isDisjoint(from: blocks("10.9.1.0/24")))
    }

    @Test func icmpThatIsNotExcludedStays() {
        let fixture = TreeFixture(pods: pods)
        func match(_ code: UInt8?) -> RuleMatch {
            RuleMatch(icmp: ICMPMatch(type: 3, code: 0), notICMP: ICMPMatch(type: 3, code: code))
        }
        let rules = [match(1), match(0), match(nil)].map { (RuleAction.allow, $0) }
        #expect(
            run(.dropEmptyRules, tree(fixture, rules)) == [
                "Allow icmp type 3 code 0 not icmp type 3 code 1", "- 1 cannot-match", "- 2 cannot-match",
            ])
    }

    @Test func aRuleWithPortsCoversNoneWithout() {
        let fixture = TreeFixture(pods: pods)
        let rules: [(RuleAction, RuleMatch)] = [(.deny, port([1...65535])), (.allow, port([]))]
        #expect(run(.dropShadowedRules, tree(fixture, rules)).count == 2)
        #expect(TreePass.dropShadowedRules(tree(fixture, rules)).chains[0].removed.isEmpty)
    }
}
