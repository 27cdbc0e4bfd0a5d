import Foundation
import KernelVerification
import NetTypes
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: getuid() == 0, "needs root")) struct KernelNodeTests {
    private static let layout = NodeLayout(interfaces: [
        .init(
            name: "eth0",
            addresses: [.init(IPAddress(v4: 0xc000_0201), prefixLength: 24)],
            routes: ["0.0.0.0/0"].compactMap { IPPrefix($0) }),
        .init(name: "cali1", routes: ["10.65.0.1/32", "fd00:65::1/128"].compactMap { IPPrefix($0) }),
    ])

    private func udp(_ source: String, _ destination: String, port: UInt16 = 80) -> [UInt8] {
        SamplePacket.udp(from: source, to: destination, port: port)
    }

    @Test func seesWhereAcceptedPacketsEnd() throws {
        let node = try KernelNode(Self.layout)
        let seen = try node.observe([
            Injection(.interface("eth0"), udp("198.51.100.9", "10.65.0.1")),
            Injection(.interface("cali1"), udp("10.65.0.1", "192.0.2.1")),
            Injection(.interface("cali1"), udp("10.65.0.1", "198.51.100.9")),
            Injection(.local, udp("192.0.2.1", "10.65.0.1")),
            Injection(.interface("eth0"), udp("2001:db8::1", "fd00:65::1")),
            Injection(.local, udp("2001:db8::1", "fd00:65::1")),
        ])
        #expect(
            seen.map(\.exit) == [
                .sent(through: "cali1"), .delivered, .sent(through: "eth0"), .sent(through: "cali1"),
                .sent(through: "cali1"), .sent(through: "cali1"),
            ])
        #expect(seen.allSatisfy { $0.sendFailure == nil && $0.mark == 0 })
    }

    @Test func tellsDropsFromPacketsThatCannotBeSent() throws {
        let node = try KernelNode(Self.layout)
        try node.load(
            text: """
                table inet t {
                  chain i { type filter hook input priority 0; udp dport 81 drop; }
                  chain f { type filter hook forward priority 0; udp dport 81 drop; meta mark set 7; }
                  chain o { type filter hook output priority 0; udp dport 81 drop; }
                }
                """)
        let seen = try node.observe([
            Injection(.interface("eth0"), udp("198.51.100.9", "10.65.0.1", port: 81)),
            Injection(.interface("eth0"), udp("198.51.100.9", "10.65.0.1", port: 80)),
            Injection(.interface("cali1"), udp("10.65.0.1", "192.0.2.1", port: 81)),
            Injection(.local, udp("192.0.2.1", "10.65.0.1", port: 81)),
            Injection(.local, udp("192.0.2.1", "10.65.0.1", port: 80)),
            Injection(.local, udp("2001:db8::1", "2001:db8::2")),
        ])
        #expect(seen.map(\.verdict) == [.drop, .accept, .drop, .drop, .accept, .drop])
        #expect(seen[1].mark == 7)
        #expect(seen.map(\.sendFailure) == [nil, nil, nil, nil, nil, ENETUNREACH])
    }

    @Test func keepsConnectionsWithinAConversationOnly() throws {
        let node = try KernelNode(Self.layout)
        try node.load(
            text: """
                table inet t {
                  chain f { type filter hook forward priority 0; policy drop
                    ct state established accept
                    iifname "cali1" accept
                  }
                }
                """)
        let question = Injection(.interface("cali1"), udp("10.65.0.1", "198.51.100.9", port: 40000))
        var answer = Injection(.interface("eth0"), udp("198.51.100.9", "10.65.0.1", port: 40000))
        answer.packet.swapUDPPorts()
        #expect(try node.observe([question, answer]).map(\.verdict) == [.accept, .drop])
        let conversations = try node.observe(conversations: [
            [question, answer], [answer], [question, question, answer],
        ])
        #expect(
            conversations.map { $0.map(\.verdict) } == [[.accept, .accept], [.drop], [.accept, .accept, .accept]])
        #expect(try node.observe([question, answer]).map(\.verdict) == [.accept, .drop])
    }

    @Test func judgesTheFragmentsOfADatagramTogether() throws {
        let node = try KernelNode(Self.layout)
        try node.load(
            text: """
                table ip t {
                  chain f { type filter hook forward priority 0; ct state new udp dport 81 drop; }
                }
                """)
        let refused = SamplePacket.fragments(of: udp("198.51.100.9", "10.65.0.1", port: 81), identification: 9)
        let allowed = SamplePacket.fragments(of: udp("198.51.100.9", "10.65.0.1", port: 80), identification: 9)
        let incomplete = SamplePacket.fragments(of: udp("198.51.100.8", "10.65.0.1", port: 80), identification: 10)
        let packets = refused + [udp("198.51.100.9", "10.65.0.1")]
        let first = try node.observe(packets.map { Injection(.interface("eth0"), $0) })
        #expect(first.map(\.verdict) == [.drop, .drop, .accept])
        let second = try node.observe((allowed + [incomplete[0]]).map { Injection(.interface("eth0"), $0) })
        #expect(second.map(\.verdict) == [.accept, .accept, .drop])
    }

    @Test func countsByRule() throws {
        let node = try KernelNode(Self.layout)
        try node.load(
            text: """
                table inet t {
                  chain f { type filter hook forward priority 0; udp dport 80 counter accept comment "web"; counter; udp dport 1; }
                }
                """)
        let packet = udp("198.51.100.9", "10.65.0.1")
        _ = try node.observe(Array(repeating: Injection(.interface("eth0"), packet), count: 1000))
        let counters = try node.counters()
        #expect(counters.map(\.packets) == [1000, 0])
        #expect(counters.map(\.comment) == ["web", nil])
        #expect(counters.first?.bytes == UInt64(1000 * packet.count))
        #expect(counters.first?.chain == "f")
    }

    @Test func refusesWhatItCannotInject() throws {
        let node = try KernelNode(Self.layout)
        let packet = udp("198.51.100.9", "10.65.0.1")
        #expect(throws: KernelHarnessError.unknownInterface("eth7")) {
            try node.observe([Injection(.interface("eth7"), packet)])
        }
        for bytes in [[], [0x45], Array(packet.prefix(19)), [0x60] + Array(repeating: 0, count: 38), [0x00] + packet] {
            #expect(throws: KernelHarnessError.notAPacket(index: 1)) {
                try node.observe([Injection(.interface("eth0"), packet), Injection(.local, bytes)])
            }
        }
        #expect(throws: KernelHarnessError.self) { try node.load(text: "table ip x { nonsense }") }
        #expect(try node.observe([Injection(.interface("eth0"), packet)]).map(\.verdict) == [.accept])
    }

    @Test func refusesAnInterfaceNameThatIsTooLong() {
        let layout = NodeLayout(interfaces: [.init(name: "cali0123456789ab")])
        #expect(throws: KernelHarnessError.system(operation: "TUN device cali0123456789ab", errno: ENAMETOOLONG)) {
            try KernelNode(layout)
        }
    }

    @Test func leavesTheHostAlone() throws {
        func hostTables() throws -> String {
            let nft = Process()
            let output = Pipe()
            nft.executableURL = URL(filePath: "/usr/bin/env")
            nft.arguments = ["nft", "list", "ruleset"]
            nft.standardOutput = output
            try nft.run()
            let data = try output.fileHandleForReading.readToEnd() ?? Data()
            nft.waitUntilExit()
            return String(decoding: data, as: UTF8.self)
        }
        let before = try hostTables()
        let node = try KernelNode(Self.layout)
        try node.load(text: "table ip private-to-the-node { chain c { type filter hook forward priority 0; }; }")
        #expect(try node.listing().contains("table ip private-to-the-node"))
        #expect(try !node.listing().contains("dataplane-observer"))
        #expect(try hostTables() == before)
    }
}
