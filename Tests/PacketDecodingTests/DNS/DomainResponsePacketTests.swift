import NetTypes
import PacketDecoding
import TestSupport
import Testing

/// Which packets are taken for answers of a name server.
@Suite struct DomainResponsePacketTests {
    private let message = DNSMessage("a.b", [.address("a.b", IPAddress(v4: 7), timeToLive: 60)]).bytes

    private func responses(
        _ proto: IPProtocol, from port: UInt16 = 53, _ payload: [UInt8], cut: Int = 0
    ) throws -> (count: Int, broken: Int, isCut: Bool) {
        let key = FlowKey.ports(
            proto, from: IPAddress(v4: 0x0808_0808), port, to: IPAddress(v4: 0x0a00_0001), 4000)
        var options = PacketOptions()
        options.payload = payload
        options.tcpFlags = [.ack, .psh]
        let whole = try PacketEncoding.packet(key, options)
        let bytes = Array(whole.dropLast(cut))
        let packet = try FrameDecoder(.raw).decode(bytes.span, originalLength: whole.count)
        let found = packet.domainResponses(in: bytes.span)
        return (found.count, found.count { $0.isBroken }, packet.isCutInPayload)
    }

    @Test func datagrams() throws {
        #expect(try responses(.udp, message) == (1, 0, false))
        #expect(try responses(.udp, from: 5353, message) == (0, 0, false))
        #expect(try responses(.udp, []) == (0, 0, false))
        #expect(try responses(.udp, Array(message.prefix(11))) == (0, 0, false))
        #expect(try responses(.udp, Array(message.dropLast(3))) == (1, 1, false))
        #expect(try responses(.udp, message, cut: 3) == (1, 1, true))
    }

    @Test func segments() throws {
        let framed = DNSMessage.number(UInt16(message.count)) + message
        #expect(try responses(.tcp, framed) == (1, 0, false))
        #expect(try responses(.tcp, framed + framed) == (2, 0, false))
        #expect(try responses(.tcp, framed + framed.dropLast()) == (1, 0, false))
        #expect(try responses(.tcp, []) == (0, 0, false))
        #expect(try responses(.tcp, [0]) == (0, 0, false))
        #expect(try responses(.tcp, [0, 0, 0, 0]) == (0, 0, false))
        #expect(try responses(.tcp, [0xff, 0xff, 1]) == (0, 0, false))
        #expect(try responses(.tcp, framed, cut: 30).count == 0)
    }

    @Test func otherProtocols() throws {
        #expect(try responses(.sctp, message) == (0, 0, false))
    }
}
