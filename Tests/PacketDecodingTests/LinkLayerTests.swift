import NetTypes
import PacketDecoding
import Testing

/// Each framing around the same IPv4 or IPv6 packet.
@Suite struct LinkLayerTests {
    struct Case: CustomTestStringConvertible {
        var name: String
        var link: LinkLayer
        var header: String
        var family: IPFamily = .v4
        var vlan: UInt16?
        var encapsulations: LinkFacts.Encapsulations = []

        var testDescription: String { name }
    }

    private static let mac = "020000000001020000000002"

    static let cases = [
        Case(name: "Ethernet", link: .ethernet, header: mac + "0800"),
        Case(name: "Ethernet, IPv6", link: .ethernet, header: mac + "86dd", family: .v6),
        Case(name: "VLAN", link: .ethernet, header: mac + "8100 a064 0800", vlan: 100, encapsulations: .vlan),
        Case(
            name: "QinQ, 802.1ad", link: .ethernet, header: mac + "88a8 001e 8100 0064 0800", vlan: 30,
            encapsulations: .vlan),
        Case(
            name: "four tags, old types", link: .ethernet,
            header: mac + "9100 0001 9200 0002 8100 0003 8100 0004 86dd", family: .v6, vlan: 1, encapsulations: .vlan),
        Case(
            name: "priority tag", link: .ethernet, header: mac + "8100 e000 0800", vlan: 0, encapsulations: .vlan),
        Case(name: "802.3 with IP", link: .ethernet, header: mac + "001f 060603", encapsulations: .logicalLink),
        Case(
            name: "802.3 with SNAP", link: .ethernet, header: mac + "0024 aaaa03 000000 0800",
            encapsulations: .logicalLink),
        Case(
            name: "MPLS, two labels", link: .ethernet, header: mac + "8847 00010040 00020140", encapsulations: .mpls),
        Case(name: "MPLS, IPv6", link: .ethernet, header: mac + "8848 00020140", family: .v6, encapsulations: .mpls),
        Case(
            name: "Ethernet pseudowire", link: .ethernet, header: mac + "8847 00020140 00000000" + mac + "0800",
            encapsulations: [.mpls, .pseudowire]),
        Case(
            name: "PPPoE", link: .ethernet, header: mac + "8864 11 00 0001 001e 0021", encapsulations: .pppoe),
        Case(
            name: "PPPoE, IPv6", link: .ethernet, header: mac + "8864 11 00 0001 0032 0057", family: .v6,
            encapsulations: .pppoe),
        Case(name: "raw", link: .raw, header: ""),
        Case(name: "raw, IPv6", link: .raw, header: "", family: .v6),
        Case(name: "IPv4", link: .ipv4, header: ""),
        Case(name: "IPv6", link: .ipv6, header: "", family: .v6),
        Case(name: "NULL, little-endian", link: .null, header: "02000000"),
        Case(name: "NULL, big-endian", link: .null, header: "00000002"),
        Case(name: "NULL, Linux IPv6", link: .null, header: "0a000000", family: .v6),
        Case(name: "NULL, FreeBSD IPv6", link: .null, header: "1c000000", family: .v6),
        Case(name: "NULL, macOS IPv6", link: .null, header: "0000001e", family: .v6),
        Case(name: "LOOP", link: .loop, header: "00000002"),
        Case(name: "LOOP, OpenBSD IPv6", link: .loop, header: "00000018", family: .v6),
        Case(name: "SLL", link: .linuxCooked, header: "0000 0001 0006 0200000000010000 0800"),
        Case(
            name: "SLL with VLAN", link: .linuxCooked, header: "0000 0001 0006 0200000000010000 8100 0007 0800",
            vlan: 7, encapsulations: .vlan),
        Case(
            name: "SLL2", link: .linuxCookedV2, header: "86dd 0000 00000003 0001 04 06 0200000000010000", family: .v6),
        Case(name: "PPP", link: .ppp, header: "0021"),
        Case(name: "PPP with HDLC bytes", link: .ppp, header: "ff03 0057", family: .v6),
        Case(name: "PPP, compressed protocol", link: .ppp, header: "21"),
        Case(name: "PPP serial", link: .pppSerial, header: "ff03 0021"),
        Case(name: "PPP serial, Cisco", link: .pppSerial, header: "0f00 0800"),
        Case(name: "PPP with MPLS", link: .ppp, header: "0281 00020140", encapsulations: .mpls),
        Case(name: "Cisco HDLC", link: .ciscoHDLC, header: "0f00 86dd", family: .v6),
        Case(
            name: "FDDI", link: .fddi, header: "50" + mac + "aaaa03 000000 0800", encapsulations: .logicalLink),
        Case(
            name: "IP over InfiniBand", link: .ipOverInfiniBand,
            header: String(repeating: "00", count: 40) + "0800 0000"),
        Case(name: "NFLOG", link: .netfilterLog, header: "0200 0000 0800 0100 0800 0103 0500 0a00 00000000 2000 0900"),
        Case(name: "NFLOG, big-endian", link: .netfilterLog, header: "0200 0000 0008 0001 0800 0103 0020 0009"),
    ]

    @Test(arguments: cases)
    func leadsToThePacket(_ test: Case) throws {
        let header = hex(test.header)
        let packet = test.family == .v4 ? TestFrames.ipv4 : TestFrames.ipv6
        let frame = header + packet
        let decoded = try FrameDecoder(test.link).decode(frame)
        #expect(decoded.flowKey == (test.family == .v4 ? TestFrames.ipv4Key : TestFrames.ipv6Key))
        #expect(decoded.network.offset == header.count)
        #expect(decoded.network.defect == nil)
        #expect(decoded.link.vlan == test.vlan)
        #expect(decoded.link.encapsulations == test.encapsulations)
        // Cut anywhere, a frame gives no more than a reason.
        for length in 0..<(header.count + 20) {
            let error = failure(test.link, Array(frame.prefix(length)), originalLength: frame.count)
            #expect(error != nil, "\(length) bytes")
            if length < header.count {
                #expect(error?.reason == .linkHeaderCut || error?.reason == .ipHeaderCut, "\(length) bytes")
            }
        }
    }

    @Test func cookedFramesTellTheirDirection() throws {
        let received = hex("0000 0001 0006 0200000000010000 0800") + TestFrames.ipv4
        #expect(try FrameDecoder(.linuxCooked).decode(received).link.packetType == .host)
        let sent = hex("0800 0000 00000009 0001 04 06 0200000000010000") + TestFrames.ipv4
        let facts = try FrameDecoder(.linuxCookedV2).decode(sent).link
        #expect(facts.packetType == .outgoing)
        #expect(facts.packetType?.isReceived == false)
        #expect(facts.interfaceIndex == 9)
        let strange = hex("0800 0000 00000009 0001 09 06 0200000000010000") + TestFrames.ipv4
        #expect(try FrameDecoder(.linuxCookedV2).decode(strange).link.packetType == nil)
    }

    @Test(arguments: [
        ("0806", DecodeError.Reason.arp), ("88cc", .notIP), ("8863", .notIP), ("0026 424203", .logicalLink),
        ("0026 aaaa03 00000c 2000", .logicalLink), ("0026 0606 13", .logicalLink),
        ("8864 21 00 0001 0002", .linkHeader),
        ("8864 11 00 0001 0002 c021", .notIP), ("8847 00020140 50", .notIP), ("0026 aaaa03 000000 0026", .logicalLink),
    ])
    func otherEthernetFrames(type: String, reason: DecodeError.Reason) {
        let frame = TestFrames.macs + hex(type) + [UInt8](repeating: 0, count: 60)
        #expect(failure(.ethernet, frame)?.reason == reason)
    }

    @Test func vlanOfAnotherProtocolIsKept() {
        let frame = TestFrames.macs + hex("8100 0064 0806") + [UInt8](repeating: 0, count: 28)
        #expect(failure(.ethernet, frame)?.link.vlan == 100)
    }

    @Test func nestingIsBounded() {
        let tags = TestFrames.macs + Array(repeating: hex("8100 0001"), count: 100).joined() + TestFrames.ipv4
        #expect(failure(.ethernet, tags)?.reason == .tooManyLinkHeaders)
        let labels = TestFrames.macs + hex("8847") + [UInt8](repeating: 0, count: 400)
        #expect(failure(.ethernet, labels)?.reason == .tooManyLinkHeaders)
        let wires =
            TestFrames.macs + Array(repeating: hex("8847 00000100 00000000") + TestFrames.macs, count: 40).joined()
        #expect(failure(.ethernet, wires)?.reason == .tooManyLinkHeaders)
    }

    @Test func othersAreNotIP() {
        #expect(failure(.null, hex("07000000") + TestFrames.ipv4)?.reason == .notIP)
        #expect(failure(.linuxCooked, hex("0004 0338 0000 0000000000000000 0000") + TestFrames.ipv4)?.reason == .notIP)
        #expect(failure(.linuxCooked, hex("0000 0001 0006 0000000000000000 000c") + TestFrames.ipv4)?.reason == .notIP)
        #expect(failure(.netfilterLog, hex("0700 0000") + TestFrames.ipv4)?.reason == .notIP)
        #expect(failure(.netfilterLog, hex("0200 0000 0300 0100"))?.reason == .linkHeader)
        #expect(
            failure(.netfilterLog, hex("0200 0000 0800 0100 00000000"))?.reason == .linkHeaderCut
                || failure(.netfilterLog, hex("0200 0000 0800 0100 00000000"))?.reason == .linkHeaderShort)
        #expect(failure(.raw, [0x55] + TestFrames.ipv4)?.reason == .ipVersion)
    }

    /// A log that copied only the first bytes is a cut packet, not a lying one.
    @Test func aLoggedPrefixCountsAsCut() throws {
        let frame = hex("0200 0000 1800 0900") + TestFrames.ipv4.prefix(20)
        let packet = try FrameDecoder(.netfilterLog).decode(frame)
        #expect(packet.network.defect == nil)
        #expect(packet.transport.isCut)
        #expect(packet.transport.length == 8)
    }

    @Test func framesThatEndEarlyAreShortNotCut() {
        #expect(failure(.ethernet, TestFrames.macs)?.reason == .linkHeaderShort)
        #expect(failure(.ethernet, [])?.reason == .linkHeaderShort)
        #expect(failure(.ethernet, TestFrames.macs + hex("0800 4500"))?.reason == .ipHeaderShort)
        let error = failure(.ethernet, TestFrames.macs, originalLength: 60)
        #expect(error?.reason == .linkHeaderCut)
        #expect(error?.needed == 14)
        #expect(error?.found == 12)
    }

    @Test func numbersOfLibpcap() {
        #expect(LinkLayer(dataLinkType: 1) == .ethernet)
        #expect(LinkLayer(dataLinkType: 276) == .linuxCookedV2)
        #expect(LinkLayer(dataLinkType: 12) == .raw)
        #expect(LinkLayer(dataLinkType: 127) == nil)
        #expect(LinkLayer(dataLinkType: -1) == nil)
    }

    @Test func reasonsHaveDistinctWords() {
        let words = DecodeError.Reason.allCases.map(\.word)
        #expect(Set(words).count == words.count)
    }
}
