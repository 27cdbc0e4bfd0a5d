import Matching
import NetTypes
import Testing

@testable import TraceReplay

@Suite struct PacketJudgeTests {
    private let world = ReplayWorld()

    private func verdicts(_ packets: [PacketFacts], node: String? = nil, stateless: Bool = false) -> [String] {
        var judge = world.judge(node: node, stateless: stateless)
        return packets.map { world.text(judge.judge($0, time: 0)) }
    }

    @Test func aConnectionAcrossTwoNodes() {
        #expect(
            verdicts([
                .tcp("10.0.0.1", 4000, "10.0.1.1", 80, .syn), .tcp("10.0.1.1", 80, "10.0.0.1", 4000, .synAck),
                .tcp("10.0.0.1", 4000, "10.0.1.1", 80, .ack),
            ]) == [
                "allow new ns/c ingress NO_POLICY", "allow established ns/a ingress CT_ESTABLISHED",
                "allow established ns/c ingress CT_ESTABLISHED",
            ])
    }

    /// The first node lets the SYN go and remembers it; the second one drops it and does not.
    @Test func whatTheSecondNodeDropsItForgets() {
        #expect(
            verdicts([
                .tcp("10.0.0.1", 4000, "10.0.1.2", 80, .syn), .tcp("10.0.1.2", 80, "10.0.0.1", 4000, .synAck),
                .tcp("10.0.0.1", 4000, "10.0.1.2", 80, .ack),
            ]) == [
                "deny new ns/d ingress END_OF_TIER_DROP", "deny invalid ns/d egress CT_INVALID",
                "deny invalid ns/a egress CT_INVALID",
            ])
    }

    @Test func oneNodeJudgesItsOwnSide() {
        let packets: [PacketFacts] = [
            .tcp("10.0.0.1", 4000, "10.0.1.2", 80, .syn), .tcp("10.0.1.1", 4000, "10.0.1.2", 80, .syn),
            .tcp("10.0.1.1", 4000, "203.0.113.9", 80, .syn),
        ]
        #expect(
            verdicts(packets, node: "n1") == [
                "allow new ns/a egress NO_POLICY", "none no-emulated-node", "none no-emulated-node",
            ])
        #expect(
            verdicts(packets, node: "n2") == [
                "deny new ns/d ingress END_OF_TIER_DROP", "deny new ns/d ingress END_OF_TIER_DROP",
                "allow new ns/c egress NO_POLICY",
            ])
    }

    @Test func hostsPassWithoutPolicy() {
        #expect(
            verdicts([
                .tcp("192.0.2.1", 4000, "10.0.0.2", 81, .syn), .tcp("192.0.2.2", 4000, "10.0.0.2", 81, .syn),
                .tcp("192.0.2.1", 4000, "203.0.113.9", 80, .rst), .tcp("203.0.113.9", 4000, "203.0.113.8", 80, .syn),
                .tcp("10.0.0.1", 4000, "192.0.2.1", 22, .syn),
            ]) == [
                "allow new ns/b ingress HOST_TO_POD", "deny new ns/b ingress END_OF_TIER_DROP",
                "allow invalid NO_ENDPOINT", "none no-emulated-node", "deny new ns/a egress ENDPOINT_TO_HOST",
            ])
    }

    @Test func aPodToItselfIsNotJudged() {
        #expect(verdicts([.tcp("10.0.0.2", 4000, "10.0.0.2", 81, .syn)]) == ["none same-pod"])
    }

    @Test func linkTrafficIsBetweenThePodAndItsNode() throws {
        let pod = try #require(IPAddress("fd00::1"))
        let group = try #require(IPAddress("ff02::1:ff00:1"))
        let router = try #require(IPAddress("fe80::ecee:eeff:feee:eeee"))
        func icmp(_ source: IPAddress, _ destination: IPAddress, _ type: UInt8) -> PacketFacts {
            PacketFacts(key: .icmp(from: source, to: destination, type: type, code: 0), connection: .untracked)
        }
        #expect(
            verdicts([icmp(pod, group, 135), icmp(pod, router, 136), icmp(router, pod, 135)]) == [
                "allow untracked ns/a egress NEIGHBOUR_DISCOVERY", "allow untracked ns/a egress NEIGHBOUR_DISCOVERY",
                "allow untracked ns/a ingress HOST_TO_POD",
            ])
        #expect(
            verdicts([.udp("10.0.0.1", 5353, "224.0.0.251", 5353)])
                == ["deny new ns/a egress ENDPOINT_TO_HOST"])
    }

    @Test func withoutStateEveryPacketIsNew() {
        #expect(
            verdicts(
                [
                    .tcp("10.0.0.1", 4000, "10.0.1.1", 80, .syn), .tcp("10.0.1.1", 80, "10.0.0.1", 4000, .synAck),
                    .tcp("10.0.0.2", 80, "10.0.0.1", 4000, .rst),
                ], stateless: true) == [
                    "allow new ns/c ingress NO_POLICY", "allow new ns/a ingress NO_POLICY",
                    "allow new ns/a ingress NO_POLICY",
                ])
    }

    @Test func errorsPassWithTheConnectionThatTheyQuote() {
        let quoted = FlowKey.tcp("10.0.0.1", 4000, "203.0.113.9", 80)
        var error = PacketFacts.tcp("198.51.100.1", 0, "10.0.0.1", 0, .syn)
        error.key = .icmp(from: error.key.source, to: error.key.destination, type: 3, code: 4)
        error.connection = .icmpError(quoted: quoted, identifier: 0)
        #expect(
            verdicts([error, .tcp("10.0.0.1", 4000, "203.0.113.9", 80, .syn), error]) == [
                "deny invalid ns/a ingress CT_INVALID", "allow new ns/a egress NO_POLICY",
                "allow established ns/a ingress CT_ESTABLISHED",
            ])
    }
}

@Suite struct CutPacketTests {
    private let world = ReplayWorld()

    private func verdict(_ packet: PacketFacts, after earlier: [PacketFacts] = []) -> String {
        var judge = world.judge()
        for packet in earlier { _ = judge.judge(packet, time: 0) }
        return world.text(judge.judge(packet, time: 0))
    }

    private func cut(_ packet: PacketFacts, isProtocolCut: Bool = false) -> PacketFacts {
        var key = packet.key
        (key.transport, key.sourcePort, key.destinationPort) = (.unreadable, 0, 0)
        return PacketFacts(key: key, connection: nil, isTransportCut: true, isProtocolCut: isProtocolCut)
    }

    @Test func withoutHeaderTheVerdictIsOpenWhereConnectionsCount() {
        #expect(verdict(cut(.tcp("10.0.0.1", 4000, "10.0.0.2", 80, .syn))) == "undecided cut-by-snapshot-length")
        #expect(verdict(cut(.tcp("10.0.0.1", 4000, "10.0.1.1", 80, .syn))) == "undecided cut-by-snapshot-length")
    }

    @Test func whatAsksNobodyIsDecidedAllTheSame() {
        #expect(verdict(cut(.tcp("192.0.2.1", 4000, "10.0.0.2", 81, .syn))) == "allow ns/b ingress HOST_TO_POD")
        #expect(
            verdict(cut(.tcp("192.0.2.1", 1, "203.0.113.9", 1, .syn), isProtocolCut: true)) == "allow NO_ENDPOINT")
        #expect(
            verdict(cut(.udp("10.0.0.1", 1, "10.0.0.2", 1), isProtocolCut: true))
                == "undecided cut-by-snapshot-length")
    }

    @Test func withPortsButWithoutFlagsOnlyADenialIsCertain() {
        var packet = PacketFacts.tcp("10.0.0.1", 4000, "10.0.0.2", 81, .syn)
        packet.connection = nil
        #expect(verdict(packet) == "deny ns/b ingress END_OF_TIER_DROP")
        packet.key.destinationPort = 80
        #expect(verdict(packet) == "undecided cut-by-snapshot-length")
        let known = PacketFacts.tcp("10.0.0.1", 4000, "10.0.0.2", 80, .syn)
        #expect(verdict(packet, after: [known]) == "undecided cut-by-snapshot-length")
    }
}
