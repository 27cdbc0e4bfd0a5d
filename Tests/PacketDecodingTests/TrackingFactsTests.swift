import NetTypes
import PacketDecoding
import Testing

@Suite struct TrackingFactsTests {
    private let client = TestFrames.address("10.0.0.1")
    private let server = TestFrames.address("10.0.0.2")
    private let router = TestFrames.address("192.0.2.1")
    private let client6 = TestFrames.address("fd00::1")
    private let server6 = TestFrames.address("fd00::2")

    private func facts(_ bytes: [UInt8], captured: Int? = nil) throws -> TrackingFacts {
        let data = Array(bytes.prefix(captured ?? bytes.count))
        let packet = try decodeRaw(bytes, captured: captured)
        return packet.tracking(in: data.span)
    }

    private func tcp(_ flags: TCPFlags) throws -> [UInt8] {
        var options = PacketOptions()
        options.tcpFlags = flags
        return try PacketEncoding.packet(.ports(.tcp, from: client, 1000, to: server, 80), options)
    }

    @Test(arguments: [
        TCPFlags.syn, [.syn, .ack], .ack, [.ack, .psh], [.fin, .ack], .rst, [.rst, .ack], [.syn, .urg],
        [.syn, .ece, .cwr],
    ])
    func possibleFlags(flags: TCPFlags) throws {
        #expect(try facts(tcp(flags)).detail == .tcp(flags))
    }

    @Test(arguments: [[], TCPFlags.fin, [.syn, .fin], [.syn, .rst], .psh, .urg, [.rst, .ack, .urg]])
    func impossibleFlags(flags: TCPFlags) throws {
        #expect(try facts(tcp(flags)).invalidity == .tcpFlags)
    }

    @Test func tcpLengths() throws {
        let syn = try tcp(.syn)
        var offset = syn
        offset[32] = 0x60  // 24 bytes of header in 20
        #expect(try facts(offset).invalidity == .length)
        offset[32] = 0x40
        #expect(try facts(offset).invalidity == .length)
        var short = Array(syn.dropLast())
        short[3] -= 1
        #expect(try facts(short).invalidity == .shortHeader)
        #expect(try facts(syn, captured: 33).isCut)
        #expect(try facts(syn, captured: 34).detail == .tcp(.syn))
    }

    @Test func udpLengths() throws {
        #expect(try facts(TestFrames.ipv4).detail == .datagram)
        var wrong = TestFrames.ipv4
        wrong[25] = 9
        #expect(try facts(wrong).invalidity == .length)
        wrong[25] = 7
        #expect(try facts(wrong).invalidity == .length)
        #expect(try facts(TestFrames.ipv4, captured: 25).isCut)
        let lite = try PacketEncoding.packet(.ports(.udplite, from: client, 1, to: server, 2))
        #expect(try facts(lite).detail == .datagram)
        wrong = lite
        wrong[25] = 7
        #expect(try facts(wrong).invalidity == .length)
    }

    @Test func icmpQueriesHaveTheirIdentifier() throws {
        var options = PacketOptions()
        options.icmpIdentifier = 0xbeef
        let ping = try PacketEncoding.packet(.icmp(from: client, to: server, type: 8, code: 0), options)
        #expect(try facts(ping).detail == .icmp(identifier: 0xbeef))
        let ping6 = try PacketEncoding.packet(.icmp(from: client6, to: server6, type: 128, code: 0), options)
        #expect(try facts(ping6).detail == .icmp(identifier: 0xbeef))
        let unknown = try PacketEncoding.packet(.icmp(from: client, to: server, type: 19, code: 0))
        #expect(try facts(unknown).invalidity == .icmpType)
        for type in [130, 133, 134, 135, 136, 143, 151, 152] as [UInt8] {
            let neighbour = try PacketEncoding.packet(.icmp(from: client6, to: server6, type: type, code: 0))
            #expect(try facts(neighbour).detail == .untracked)
        }
        var short = Array(ping.prefix(27))
        short[3] = 27
        #expect(try facts(short).invalidity == .shortHeader)
    }

    private func error(
        quoting packet: [UInt8], to receiver: IPAddress, type: UInt8 = 3, code: UInt8 = 3
    ) throws -> [UInt8] {
        var options = PacketOptions()
        options.icmpQuote = packet
        let source = receiver.family == .v4 ? router : TestFrames.address("fd00::ff")
        return try PacketEncoding.packet(.icmp(from: source, to: receiver, type: type, code: code), options)
    }

    @Test func icmpErrorsQuoteTheirPacket() throws {
        let syn = try tcp(.syn)
        let quoted = FlowKey.ports(.tcp, from: client, 1000, to: server, 80)
        #expect(try facts(error(quoting: syn, to: client)).quoted?.key == quoted)
        // Header and eight bytes are what RFC 792 asks for; four suffice.
        #expect(try facts(error(quoting: Array(syn.prefix(24)), to: client)).quoted?.key == quoted)
        #expect(try facts(error(quoting: Array(syn.prefix(23)), to: client)).invalidity == .quote)
        #expect(try facts(error(quoting: Array(syn.prefix(19)), to: client)).invalidity == .quote)
        #expect(try facts(error(quoting: syn, to: server)).invalidity == .quotedSource)
        var later = syn
        later[7] = 1
        #expect(try facts(error(quoting: later, to: client)).invalidity == .quote)
        let message = try error(quoting: syn, to: client)
        #expect(try facts(message, captured: 20 + 8 + 23).isCut)
        #expect(try facts(message, captured: 20 + 8 + 24).quoted?.key == quoted)
    }

    @Test func otherQuotes() throws {
        var options = PacketOptions()
        options.icmpIdentifier = 7
        let ping = try PacketEncoding.packet(.icmp(from: client, to: server, type: 8, code: 0), options)
        let quotedPing = try facts(error(quoting: ping, to: client, type: 11, code: 0)).quoted
        #expect(quotedPing?.key == .icmp(from: client, to: server, type: 8, code: 0))
        #expect(quotedPing?.icmpIdentifier == 7)
        let gre = try PacketEncoding.packet(.opaque(IPProtocol(47), from: client, to: server))
        #expect(try facts(error(quoting: Array(gre.prefix(20)), to: client)).quoted?.key.proto == IPProtocol(47))

        options.extensionHeaders = [.hopByHop, .destinationOptions]
        let udp6 = try PacketEncoding.packet(.ports(.udp, from: client6, 5, to: server6, 6), options)
        let tooBig = try error(quoting: udp6, to: client6, type: 2, code: 0)
        #expect(try facts(tooBig).quoted?.key == .ports(.udp, from: client6, 5, to: server6, 6))
        #expect(try facts(error(quoting: Array(udp6.prefix(50)), to: client6, type: 1)).invalidity == .quote)
        let none = try PacketEncoding.packet(.opaque(IPProtocol(59), from: client6, to: server6))
        #expect(try facts(error(quoting: none, to: client6, type: 1)).invalidity == .quote)
    }

    private func sctp(_ chunks: [SCTPChunk], tag: UInt32 = 0) throws -> [UInt8] {
        var options = PacketOptions()
        options.sctpChunks = chunks
        options.sctpVerificationTag = tag
        return try PacketEncoding.packet(.ports(.sctp, from: client, 1, to: server, 2), options)
    }

    @Test func sctpChunks() throws {
        let opening = try facts(sctp([.initiate(tag: 77)])).sctp
        #expect(opening?.startsEntry == true)
        #expect(opening?.initiateTag == 77)
        #expect(opening?.chunks == .initiate)
        #expect(try facts(sctp([.initiate(tag: 77)], tag: 1)).sctp?.startsEntry == false)
        let answer = try facts(sctp([.initiateAck(tag: 5)], tag: 77)).sctp
        #expect(answer?.verificationTag == 77)
        #expect(answer?.initiateTag == 5)
        let bundle = try facts(sctp([.cookieEcho, .data([1, 2, 3])], tag: 5)).sctp
        #expect(bundle?.chunks == [.cookieEcho, .data])
        #expect(bundle?.firstChunk == 10)
    }

    @Test func sctpThatTheKernelRefuses() throws {
        #expect(try facts(sctp([])).invalidity == .sctpChunks)
        #expect(try facts(sctp([.initiate(tag: 1), .data([1])])).invalidity == .sctpChunks)
        #expect(try facts(sctp([.data([1]), .cookieEcho])).invalidity == .sctpChunks)
        var empty = try sctp([.initiate(tag: 1)])
        empty[34] = 0
        empty[35] = 0
        #expect(try facts(empty).invalidity == .sctpChunks)
        let whole = try sctp([.data([1]), .data([2])])
        #expect(try facts(whole, captured: whole.count - 20).isCut)
        #expect(try facts(whole, captured: 31).isCut)
    }

    /// Measured on Linux 6.18 with every chunk type below 18, alone and in pairs: what is new without an entry.
    @Test(arguments: [
        (types: [1], untagged: true, tagged: false), ([2], true, false), ([4], true, true), ([5], true, true),
        ([7], true, false), ([8], true, true), ([9], true, false), ([10], true, false), ([4, 7], true, true),
        ([7, 8], true, true), ([10, 4], true, true), ([0], false, false), ([3], false, false), ([6], false, false),
        ([11], false, false), ([12], false, false), ([13], false, false), ([14], false, false), ([15], false, false),
        ([200], false, false), ([4, 0], false, false), ([10, 0], false, false), ([4, 16], false, false),
    ])
    func sctpWithoutEntry(types: [UInt8], untagged: Bool, tagged: Bool) throws {
        let chunks = types.map { SCTPChunk(type: $0, value: [UInt8](repeating: 1, count: 16)) }
        #expect(try facts(sctp(chunks)).sctp?.startsEntry == untagged)
        #expect(try facts(sctp(chunks, tag: 9)).sctp?.startsEntry == tagged)
    }

    @Test func greOfPPTP() throws {
        func gre(_ bytes: String) throws -> TrackingFacts {
            var options = PacketOptions()
            options.payload = hex(bytes)
            return try facts(PacketEncoding.packet(.opaque(IPProtocol(47), from: client, to: server), options))
        }
        #expect(try gre("3001 880b 0000 0012").detail == .pptp(call: 0x12))
        #expect(try gre("3001 0800 0000 0012").invalidity == .greVersion)
        #expect(try gre("3001 0800 0000").detail == .other)
        #expect(try gre("0000 0800").detail == .other)
    }

    @Test func theRest() throws {
        #expect(try facts(PacketEncoding.packet(.opaque(IPProtocol(47), from: client, to: server))).detail == .other)
        #expect(try facts(PacketEncoding.packet(.ports(.dccp, from: client, 1, to: server, 2))).detail == .other)
        let none = try PacketEncoding.packet(.opaque(IPProtocol(59), from: client6, to: server6))
        #expect(try facts(none).invalidity == .noTransport)
        let broken = hex("60000000 0008 0040" + TestFrames.fd("1") + TestFrames.fd("2") + "3c00 010400000000")
        #expect(try facts(broken).invalidity == .noTransport)
        let later = hex(
            "60000000 0010 2c40" + TestFrames.fd("1") + TestFrames.fd("2") + "1100 0008 00000001 0000000000000000")
        #expect(try facts(later).invalidity == .noTransport)
        #expect(try facts(TestFrames.ipv6, captured: 40).isCut)
    }

    @Test func reasonsHaveDistinctWords() {
        let words = TrackingInvalidity.allCases.map(\.word)
        #expect(Set(words).count == words.count)
    }
}

extension TrackingFacts {
    fileprivate var quoted: QuotedPacket? {
        if case .icmpError(let quoted)? = detail { quoted } else { nil }
    }

    fileprivate var sctp: SCTPFacts? {
        if case .sctp(let facts)? = detail { facts } else { nil }
    }
}
