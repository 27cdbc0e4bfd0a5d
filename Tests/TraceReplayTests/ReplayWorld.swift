import Capture
import Classification
import Explain
import Matching
import NetTypes
import NetworkTopology
import PacketDecoding
import TreeFixtures

@testable import TraceReplay

/// Two nodes with addresses 192.0.2.1 and .2 (node 1 has 2001:db8::1, too).
///
/// | pod | node | address | policy |
/// | --- | --- | --- | --- |
/// | ns/a | n1 | 10.0.0.1, fd00::1 | open |
/// | ns/b | n1 | 10.0.0.2 | ingress isolated by `web`: TCP 80 |
/// | ns/c | n2 | 10.0.1.1 | open |
/// | ns/d | n2 | 10.0.1.2 | ingress isolated by `nothing` and `more` |
///
/// Services: 10.96.0.1:80 → b:80; 10.96.0.2:80 → c:80 or d:80; 10.96.0.3:80 → nobody.
struct ReplayWorld {
    let tree: MatchTree

    init() {
        var builder = TreeBuilder()
        let (n1, n2) = (builder.node("n1", "192.0.2.1", "2001:db8::1"), builder.node("n2", "192.0.2.2"))
        let openIn = builder.profile("kns.ns", .ingress, [(.allow, RuleMatch())])
        let openOut = builder.profile("kns.ns", .egress, [(.allow, RuleMatch())])
        let web = builder.policy(
            "web", .ingress,
            [
                (
                    .allow,
                    RuleMatch(
                        protocols: ProtocolSet(.tcp),
                        destination: SideMatch(ports: PortMatch(ranges: [PortRange(80)], namedSets: [])))
                )
            ])
        let (nothing, more) = (builder.policy("nothing", .ingress, []), builder.policy("more", .ingress, []))
        let ingress = builder.program(.ingress, profiles: [openIn])
        let egress = builder.program(.egress, profiles: [openOut])
        let isolated = builder.program(.ingress, tiers: [("default", [web], true)], profiles: [openIn])
        let closed = builder.program(.ingress, tiers: [("default", [nothing, more], true)], profiles: [openIn])
        builder.pod("ns/a", on: n1, ["10.0.0.1", "fd00::1"], ingress: ingress, egress: egress)
        builder.pod("ns/b", on: n1, ["10.0.0.2"], ingress: isolated, egress: egress)
        builder.pod("ns/c", on: n2, ["10.0.1.1"], ingress: ingress, egress: egress)
        builder.pod("ns/d", on: n2, ["10.0.1.2"], ingress: closed, egress: egress)
        builder.services = ReplayWorld.services
        tree = builder.build()
    }

    private static var services: ServiceTable {
        func address(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress(v4: 0) }
        func frontend(_ text: String) -> ServiceTable.Frontend {
            ServiceTable.Frontend(address: address(text), proto: .tcp, port: 80)
        }
        func backends(_ texts: String...) -> [ServiceTable.Backend] {
            texts.map { ServiceTable.Backend(address: address($0), port: 80) }
        }
        return ServiceTable(entries: [
            frontend("10.96.0.1"): ServiceTable.Entry(service: "ns/web", backends: backends("10.0.0.2")),
            frontend("10.96.0.2"): ServiceTable.Entry(service: "ns/both", backends: backends("10.0.1.1", "10.0.1.2")),
            frontend("10.96.0.3"): ServiceTable.Entry(service: "ns/none", backends: []),
        ])
    }

    func judge(node: String? = nil, stateless: Bool = false) -> PacketJudge {
        var options = PacketJudge.Options()
        options.node = node.flatMap { tree.topology.node(named: $0) }
        options.isStateless = stateless
        return PacketJudge(tree, options: options)
    }

    /// What decided, in words: `allow new ns/b ingress knp/ns/web#0`.
    func text(_ outcome: PacketOutcome) -> String {
        var words = [outcome.verdict.word]
        if let state = outcome.state { words.append(state.word) }
        if let step = outcome.step {
            let decision = Decision(tree, step)
            words += [decision.endpoint, decision.direction?.word].compactMap { $0 } + [decision.code.rawValue]
        }
        if let reason = outcome.unjudged { words.append(reason.word) }
        return words.joined(separator: " ")
    }
}

extension PacketFacts {
    static func tcp(
        _ source: String, _ sourcePort: UInt16, _ destination: String, _ port: UInt16, _ segment: TCPSegment
    ) -> PacketFacts {
        PacketFacts(key: .tcp(source, sourcePort, destination, port), connection: .tcp(segment))
    }

    static func udp(_ source: String, _ sourcePort: UInt16, _ destination: String, _ port: UInt16) -> PacketFacts {
        var key = FlowKey.tcp(source, sourcePort, destination, port)
        key.proto = .udp
        return PacketFacts(key: key, connection: .datagram)
    }
}

extension FlowKey {
    static func tcp(_ source: String, _ sourcePort: UInt16, _ destination: String, _ port: UInt16) -> FlowKey {
        .ports(
            .tcp, from: IPAddress(source) ?? IPAddress(v4: 0), sourcePort,
            to: IPAddress(destination) ?? IPAddress(v4: 0), port)
    }
}
