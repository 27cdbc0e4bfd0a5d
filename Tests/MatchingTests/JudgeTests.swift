import Classification
import Matching
import NetTypes
import NetworkTopology
import Testing
import TreeFixtures

/// Two nodes; pods a and b on the first, c on the second. b's ingress and c's egress are isolated, the rest is open.
private struct World {
    let tree: MatchTree
    let matcher: Matcher
    let node1 = NodeIndex(0)
    let isolated: ProgramID

    init(_ change: (inout TreeBuilder) -> Void = { _ in }) {
        var builder = TreeBuilder()
        let (node1, node2) = (builder.node("n1", "192.0.2.1", "2001:db8::1"), builder.node("n2", "192.0.2.2"))
        let openIn = builder.profile("kns.ns", .ingress, [(.allow, RuleMatch())])
        let openOut = builder.profile("kns.ns", .egress, [(.allow, RuleMatch())])
        let web = RuleMatch(
            protocols: ProtocolSet(.tcp),
            destination: SideMatch(ports: PortMatch(ranges: [PortRange(80)], namedSets: [])))
        let policyIn = builder.policy("web", .ingress, [(.log, web), (.allow, web)])
        let policyOut = builder.policy("nothing", .egress, [])
        let ingress = builder.program(.ingress, profiles: [openIn])
        let egress = builder.program(.egress, profiles: [openOut])
        isolated = builder.program(.ingress, tiers: [("default", [policyIn], true)], profiles: [openIn])
        let closed = builder.program(.egress, tiers: [("default", [policyOut], true)], profiles: [openOut])
        builder.pod("ns/a", on: node1, ["10.0.0.1", "fd00::1"], ingress: ingress, egress: egress)
        builder.pod("ns/b", on: node1, ["10.0.0.2"], ingress: isolated, egress: egress)
        builder.pod("ns/c", on: node2, ["10.0.1.1"], ingress: ingress, egress: closed)
        change(&builder)
        tree = builder.build()
        matcher = Matcher(tree)
    }

    func visit(_ source: String, _ destination: String, at node: NodeIndex? = nil) throws -> (Visit, FlowKey) {
        let (from, to) = (try #require(IPAddress(source)), try #require(IPAddress(destination)))
        return (tree.topology.visit(node ?? node1, from, to), .ports(.tcp, from: from, 4000, to: to, 80))
    }

    /// `allow egress rule …` per step.
    func walk(_ judgement: Judgement) -> [String] {
        judgement.steps.map { step in
            let endpoint = step.endpoint.map { tree.topology.endpoints[$0.value].name } ?? "-"
            let what =
                switch tree.cause(of: step.site) {
                case .fixed(let site): "\(site)"
                case .rule(.policy(let name, _), let index): "\(name)#\(index)"
                case .rule(.profile(let name), let index): "\(name)#\(index)"
                case .endOfTier(let tier, _): "end of \(tier)"
                case .noProfile: "no profile"
                case .missingProfile(let name): "missing \(name)"
                }
            return "\(step.accepts ? "accept" : "drop") \(endpoint) \(step.direction.word) \(what)"
        }
    }
}

@Suite struct JudgeTests {
    @Test func bothEndsOfOneNodeAreJudgedInOrder() throws {
        let world = World()
        var (visit, key) = try world.visit("10.0.0.1", "10.0.0.2")
        let allowed = world.matcher.judge(visit, key, state: .new)
        #expect(world.walk(allowed) == ["accept ns/a egress kns.ns#0", "accept ns/b ingress knp/ns/web#1"])
        #expect(allowed.decidingStep == allowed[1])
        key.destinationPort = 81
        let denied = world.matcher.judge(visit, key, state: .new)
        #expect(world.walk(denied) == ["accept ns/a egress kns.ns#0", "drop ns/b ingress end of default"])
        #expect(denied.verdict == .drop)
    }

    @Test func theSourceIsJudgedFirst() throws {
        let world = World()
        let (visit, key) = try world.visit("10.0.1.1", "10.0.0.2", at: NodeIndex(1))
        #expect(
            world.walk(world.matcher.judge(visit, key, state: .new)) == ["drop ns/c egress end of default"])
    }

    @Test func establishedPassesAtTheFirstChain() throws {
        let world = World()
        var (visit, key) = try world.visit("10.0.0.1", "10.0.0.2")
        key.destinationPort = 81
        for state in [FlowState.established, .related] {
            #expect(
                world.walk(world.matcher.judge(visit, key, state: state))
                    == ["accept ns/a egress conntrackEstablished"])
        }
        (visit, key) = try world.visit("203.0.113.9", "10.0.0.2")
        #expect(
            world.walk(world.matcher.judge(visit, key, state: .established))
                == ["accept ns/b ingress conntrackEstablished"])
    }

    @Test func invalidIsDroppedAtEndpointsOnly() throws {
        let world = World()
        let (visit, key) = try world.visit("203.0.113.9", "10.0.0.2")
        #expect(
            world.walk(world.matcher.judge(visit, key, state: .invalid)) == ["drop ns/b ingress conntrackInvalid"])
        let (transit, _) = try world.visit("203.0.113.9", "192.0.2.1")
        #expect(
            world.walk(world.matcher.judge(transit, key, state: .invalid)) == ["accept - ingress notPoliced"])
    }

    @Test func invalidIsJudgedByPolicyWhereTheCheckIsOff() throws {
        let world = World { $0.settings[0].dropsInvalid = false }
        let (visit, key) = try world.visit("203.0.113.9", "10.0.0.2")
        #expect(
            world.walk(world.matcher.judge(visit, key, state: .invalid)) == ["accept ns/b ingress knp/ns/web#1"])
    }

    @Test func ownHostAsksEgressAndThenTheAction() throws {
        let world = World()
        let (visit, key) = try world.visit("10.0.0.1", "192.0.2.1")
        #expect(
            world.walk(world.matcher.judge(visit, key, state: .new))
                == ["accept ns/a egress kns.ns#0", "drop ns/a egress endpointToHostDrop"])
        #expect(
            world.walk(world.matcher.judge(visit, key, state: .established))
                == ["accept ns/a egress conntrackEstablished"])
        let actions: [(NodeSettings.EndpointToHostAction, FixedSite)] = [
            (.accept, .endpointToHostAccept), (.return, .endpointToHostReturn),
        ]
        for (action, site) in actions {
            let accepting = World { $0.settings[0].endpointToHostAction = action }
            let judgement = accepting.matcher.judge(visit, key, state: .new)
            #expect(
                accepting.walk(judgement)
                    == ["accept ns/a egress kns.ns#0", "accept ns/a egress \(site)"])
            #expect(judgement.decidingStep == judgement[0])
        }
    }

    @Test func neighbourDiscoveryReachesTheHostAlone() throws {
        let world = World()
        let (pod, host) = (try #require(IPAddress("fd00::1")), try #require(IPAddress("2001:db8::1")))
        let visit = world.tree.topology.visit(world.node1, pod, host)
        for type in UInt8(128)...137 {
            let key = FlowKey.icmp(from: pod, to: host, type: type, code: 0)
            let isExempt = [130, 131, 132, 133, 135, 136].contains(type)
            #expect(world.matcher.judge(visit, key, state: .untracked).verdict == (isExempt ? .accept : .drop))
            // Before the dispatch that finds no endpoint behind an interface.
            let unknown = Visit(
                node: world.node1, from: .unknownWorkload(interface: "cali123"), to: .host)
            let linkLocal = FlowKey.icmp(from: try #require(IPAddress("fe80::1")), to: host, type: type, code: 0)
            let site: FixedSite = isExempt ? .neighbourDiscovery : .unknownInterface
            let steps = world.matcher.judge(unknown, linkLocal, state: .invalid).steps
            #expect(steps == [Step(site, accepts: isExempt)])
            // No route leads back through it.
            #expect(
                world.matcher.judge(unknown, key, state: .new).steps == [Step(.unknownInterface, accepts: false)])
        }
    }

    @Test func cutNeighbourDiscoveryFromAnUnknownInterfaceIsUndecided() throws {
        let world = World()
        let (pod, host) = (try #require(IPAddress("fd00::9")), try #require(IPAddress("2001:db8::1")))
        let unknown = Attachment.unknownWorkload(interface: "cali123")
        var key = FlowKey.icmp(from: pod, to: host, type: 0, code: 0)
        key.transport = .unreadable
        func judge(_ to: NetworkTopology.Attachment) -> Judgement? {
            world.matcher.judgeWithoutTransport(Visit(node: world.node1, from: unknown, to: to), key, state: .new)
        }
        #expect(judge(.host) == nil)
        #expect(judge(.outside(interface: "eth0"))?.verdict == .drop)
    }

    @Test func hostReachesItsPods() throws {
        let world = World()
        var (visit, key) = try world.visit("192.0.2.1", "10.0.0.2")
        key.destinationPort = 81
        for state in [FlowState.new, .invalid, .established] {
            #expect(
                world.walk(world.matcher.judge(visit, key, state: state)) == ["accept ns/b ingress hostToWorkload"])
        }
    }

    @Test func tunnelsOutOfPodsAreDropped() throws {
        let world = World()
        let (visit, base) = try world.visit("10.0.0.1", "203.0.113.9")
        let vxlan = FlowKey.ports(.udp, from: base.source, 4000, to: base.destination, 4789)
        let ipip = FlowKey.opaque(.ipip, from: base.source, to: base.destination)
        #expect(
            world.walk(world.matcher.judge(visit, vxlan, state: .new)) == ["drop ns/a egress encapsulationVXLAN"])
        #expect(
            world.walk(world.matcher.judge(visit, ipip, state: .new)) == ["drop ns/a egress encapsulationIPIP"])
        #expect(world.matcher.judge(visit, vxlan, state: .established).verdict == .accept)
        let lenient = World {
            $0.settings[0].refusedVXLANPort = nil
            $0.settings[0].refusesIPIP = false
        }
        #expect(lenient.matcher.judge(visit, vxlan, state: .new).verdict == .accept)
        #expect(lenient.matcher.judge(visit, ipip, state: .new).verdict == .accept)
        let (inbound, _) = try world.visit("203.0.113.9", "10.0.0.1")
        #expect(world.matcher.judge(inbound, vxlan, state: .new).verdict == .accept)
    }

    @Test func unknownPodInterfacesAreClosed() throws {
        let world = World()
        let (_, key) = try world.visit("10.0.0.1", "10.0.0.2")
        let unknown = Attachment.unknownWorkload(interface: "cali123")
        let pod = Attachment.workload(EndpointIndex(0))
        for (from, to) in [
            (unknown, Attachment.host), (unknown, pod), (Attachment.outside(interface: "eth0"), unknown),
        ] {
            let visit = Visit(node: world.node1, from: from, to: to)
            #expect(
                world.walk(world.matcher.judge(visit, key, state: .new)) == ["drop - ingress unknownInterface"])
        }
        let fromPod = Visit(node: world.node1, from: pod, to: unknown)
        #expect(
            world.walk(world.matcher.judge(fromPod, key, state: .new))
                == ["accept ns/a egress kns.ns#0", "drop - ingress unknownInterface"])
        let fromHost = Visit(node: world.node1, from: .host, to: unknown)
        #expect(world.matcher.judge(fromHost, key, state: .new).verdict == .accept)
    }

    @Test func aPodIsJudgedAgainstItselfBehindItsService() throws {
        let world = World()
        var (visit, key) = try world.visit("10.0.0.2", "10.0.0.2")
        key.destinationPort = 81
        #expect(
            world.walk(world.matcher.judge(visit, key, state: .new))
                == ["accept ns/b egress kns.ns#0", "drop ns/b ingress end of default"])
    }

    @Test func logRulesAreReported() throws {
        let world = World()
        var sites: [SiteID] = []
        let (_, key) = try world.visit("10.0.0.1", "10.0.0.2")
        world.matcher.forEachLog(world.isolated, key) { sites.append($0) }
        #expect(
            sites.map { world.tree.cause(of: $0) } == [
                .rule(
                    .policy(PolicyName(kind: .kubernetesNetworkPolicy, namespace: "ns", name: "web"), tier: "default"),
                    index: 0)
            ])
    }

    @Test func withoutTransportOnlyCertainVerdictsAreGiven() throws {
        let world = World()
        var (visit, key) = try world.visit("203.0.113.9", "10.0.0.2")
        key.transport = .unreadable
        #expect(world.matcher.judgeWithoutTransport(visit, key, state: .new) == nil)
        key.proto = .udp
        #expect(world.matcher.judgeWithoutTransport(visit, key, state: .new)?.verdict == .drop)
        (visit, key) = try world.visit("203.0.113.9", "10.0.0.1")
        key.transport = .unreadable
        #expect(world.matcher.judgeWithoutTransport(visit, key, state: .new)?.verdict == .accept)
        // UDP out of a pod could be VXLAN.
        (visit, key) = try world.visit("10.0.0.1", "203.0.113.9")
        key.transport = .unreadable
        #expect(world.matcher.judgeWithoutTransport(visit, key, state: .new)?.verdict == .accept)
        key.proto = .udp
        #expect(world.matcher.judgeWithoutTransport(visit, key, state: .new) == nil)
    }

    @Test func countersCountEveryStep() throws {
        let world = World()
        var counters = Counters(siteCount: world.matcher.siteCount)
        let (visit, key) = try world.visit("10.0.0.1", "10.0.0.2")
        let judgement = world.matcher.judge(visit, key, state: .new)
        counters.count(judgement)
        counters.count(judgement)
        var other = Counters(siteCount: world.matcher.siteCount)
        other.count(judgement)
        counters.add(other)
        #expect(counters[judgement[0].site] == 3)
        #expect(counters[judgement[1].site] == 3)
        #expect(counters[FixedSite.notPoliced.id] == 0)
    }
}
