import NetTypes
import PacketDecoding
import Testing

@Suite struct IPv4HeaderTests {
    @Test func fieldsAndOffsets() throws {
        let packet = try decodeRaw(
            hex("4a2b 0034 1234 4000 3f06 0000 c0a80001 08080808") + [UInt8](repeating: 1, count: 20)
                + hex("0050 1234 00000001 00000002"))
        #expect(packet.network.source.description == "192.168.0.1")
        #expect(packet.network.destination.description == "8.8.8.8")
        #expect(packet.network.proto == .tcp)
        #expect(packet.network.trafficClass == 0x2b)
        #expect(packet.network.timeToLive == 63)
        #expect(packet.network.totalLengthField == 52)
        #expect(packet.network.fragment.position == .whole)
        #expect(packet.network.fragment.identification == 0x1234)
        #expect(packet.transport.offset == 40)
        #expect(packet.transport.length == 12)
        #expect(packet.transport.sourcePort == 80)
        #expect(packet.transport.tcpFlags == nil)  // the packet ends before
    }

    @Test func paddingDoesNotCount() throws {
        let packet = try FrameDecoder(.raw).decode(TestFrames.ipv4 + [UInt8](repeating: 0, count: 18))
        #expect(packet.network.length == 28)
        #expect(packet.transport.length == 8)
        #expect(packet.transport.capturedLength == 8)
    }

    @Test(arguments: [
        ("0000", Fragment.Position.whole, 0, false), ("4000", .whole, 0, false), ("2000", .first, 0, true),
        ("2001", .later, 8, true), ("0001", .later, 8, false), ("1fff", .later, 65528, false),
    ])
    func fragments(field: String, position: Fragment.Position, offset: Int, more: Bool) throws {
        let packet = try decodeRaw(hex("4500 001c 00ff \(field) 4011 0000 0a000001 0a000002 03e8 0035 0008 0000"))
        #expect(packet.network.fragment.position == position)
        #expect(packet.network.fragment.dataOffset == offset)
        #expect(packet.network.fragment.moreFollow == more)
        #expect(packet.network.fragment.identification == 255)
        #expect(packet.network.fragment.needsReassembly == (position != .whole))
        #expect(packet.flowKey.transport == (position == .later ? .unreadable : .ports))
        #expect(packet.transport.isCut == false)
    }

    @Test func lengthsThatLie() throws {
        let short = try decodeRaw(hex("4500 0013 0001 0000 4011 0000 0a000001 0a000002 03e8 0035 0008 0000"))
        #expect(short.network.defect == .lengthBelowHeader)
        #expect(short.flowKey.transport == .unreadable)
        let long = try decodeRaw(hex("4500 001d 0001 0000 4011 0000 0a000001 0a000002 03e8 0035 0008 0000"))
        #expect(long.network.defect == .lengthBeyondFrame)
        #expect(failure(.raw, hex("4400") + TestFrames.ipv4.dropFirst(2))?.reason == .ipHeaderLength)
        #expect(failure(.ipv6, TestFrames.ipv4 + TestFrames.ipv4)?.reason == .ipVersion)
        #expect(failure(.ipv4, TestFrames.ipv6)?.reason == .ipVersion)
    }

    /// Total length 0 is what segmentation offload leaves behind, of TCP in any frame and of others in huge ones.
    @Test func segmentationOffload() throws {
        let tcp = hex("4500 0000 0001 0000 4006 0000 0a000001 0a000002") + [UInt8](repeating: 0, count: 40)
        #expect(try decodeRaw(tcp).network.length == 60)
        #expect(try decodeRaw(tcp).network.defect == nil)
        let udp = hex("4500 0000 0001 0000 4011 0000 0a000001 0a000002")
        #expect(try decodeRaw(udp + [UInt8](repeating: 0, count: 40)).network.defect == .lengthBelowHeader)
        let big = try decodeRaw(udp + [UInt8](repeating: 0, count: 70_000))
        #expect(big.network.length == 70_020)
        #expect(big.network.defect == nil)
    }

    @Test func headerOptionsBeyondThePacket() throws {
        // Header length 60 in a packet of 28 claimed bytes: discarded by the kernel.
        let packet = try decodeRaw(hex("4f00 001c 0001 0000 4011 0000 0a000001 0a000002 03e8 0035 0008 0000"))
        #expect(packet.network.defect == .lengthBelowHeader)
        #expect(packet.transport.length == 0)
    }
}

@Suite struct IPv6HeaderTests {
    private func packet(next: UInt8, _ rest: [UInt8]) -> [UInt8] {
        let length = UInt16(rest.count)
        return hex("60000000") + [UInt8(length >> 8), UInt8(length & 255), next, 64]
            + hex(TestFrames.fd("1") + TestFrames.fd("2")) + rest
    }

    private let udp = hex("03e8 0035 0008 0000")

    @Test func extensionHeadersAreSteppedOver() throws {
        let chain =
            hex("2b00 010400000000") + hex("3c02 0200 00000000" + String(repeating: "00", count: 16))
            + hex("3301 0000000000000000000000000000") + hex("1104" + String(repeating: "00", count: 22))
        let packet = try decodeRaw(packet(next: 0, chain + udp))
        #expect(packet.network.proto == .udp)
        #expect(packet.network.extensions == .complete)
        #expect(packet.transport.offset == 40 + chain.count)
        #expect(packet.flowKey == TestFrames.ipv6Key)
    }

    @Test(arguments: [50, 59, 135, 139, 41] as [UInt8])
    func othersEndTheChain(next: UInt8) throws {
        let packet = try decodeRaw(packet(next: next, udp))
        #expect(packet.network.proto.rawValue == next)
        #expect(packet.network.extensions == .complete)
        #expect(packet.flowKey.transport == .opaque)
    }

    @Test func fragments() throws {
        let first = try decodeRaw(packet(next: 44, hex("1100 0001 0000002a") + udp))
        #expect(first.network.fragment.position == .first)
        #expect(first.network.fragment.identification == 42)
        #expect(first.network.fragment.headerOffset == 40)
        #expect(first.network.fragment.announcedAt == 6)
        #expect(first.flowKey.transport == .ports)
        let later = try decodeRaw(packet(next: 44, hex("1100 05a8 0000002a") + udp))
        #expect(later.network.fragment.position == .later)
        #expect(later.network.fragment.dataOffset == 1448)
        #expect(later.network.proto == .udp)
        #expect(later.flowKey.transport == .unreadable)
        let atomic = try decodeRaw(packet(next: 44, hex("1100 0000 0000002a") + udp))
        #expect(atomic.network.fragment.position == .whole)
        #expect(atomic.network.fragment.needsReassembly)
        #expect(atomic.flowKey == TestFrames.ipv6Key)
        let reserved = try decodeRaw(packet(next: 44, hex("11ff 0006 0000002a") + udp))
        #expect(reserved.network.fragment.position == .whole)
    }

    @Test func brokenAndCutChains() throws {
        let chain = packet(next: 0, hex("3c00 010400000000") + hex("1101 0104000000000000 0000000000000000") + udp)
        let whole = try decodeRaw(chain)
        #expect(whole.network.proto == .udp)
        let cut = try decodeRaw(chain, captured: 49)
        #expect(cut.network.extensions == .cut)
        #expect(cut.network.proto.rawValue == 60)
        #expect(cut.isProtocolCut)
        #expect(cut.isCutBeforePolicyFacts)
        #expect(cut.flowKey.transport == .unreadable)
        let broken = try decodeRaw(packet(next: 0, hex("3c00 010400000000")))
        #expect(broken.network.extensions == .broken)
        #expect(broken.isCutBeforePolicyFacts == false)
        // The last header may point behind the packet: the kernel then still knows the protocol.
        let beyond = try decodeRaw(packet(next: 0, hex("1109 010400000000")))
        #expect(beyond.network.extensions == .complete)
        #expect(beyond.network.proto == .udp)
        #expect(beyond.transport.length == 0)
        #expect(beyond.flowKey.transport == .unreadable)
    }

    @Test func lengths() throws {
        var long = TestFrames.ipv6
        long[5] += 1
        #expect(try decodeRaw(long).network.defect == .lengthBeyondFrame)
        #expect(try FrameDecoder(.raw).decode(TestFrames.ipv6 + [0, 0]).network.length == 48)
    }

    @Test func jumboPayloads() throws {
        let body = [UInt8](repeating: 0, count: 70_000)
        let option = hex("1100 c204 00011178")  // 70,008
        var jumbo = packet(next: 0, []) + option + body
        let packet = try decodeRaw(jumbo)
        #expect(packet.network.length == 70_048)
        #expect(packet.network.defect == nil)
        #expect(packet.transport.length == 70_000)
        jumbo[47] += 1
        #expect(try decodeRaw(jumbo).network.defect == .lengthBeyondFrame)
        jumbo[42] = 0xc3
        #expect(try decodeRaw(jumbo).network.defect == .jumboPayload)
        // Linux's own BIG TCP leaves the option out.
        let big = try decodeRaw(self.packet(next: 6, []) + body)
        #expect(big.network.length == 70_040)
        #expect(big.network.defect == nil)
    }
}

@Suite struct TransportHeaderTests {
    private func key(_ proto: UInt8, _ bytes: String) throws -> DecodedPacket {
        let data = hex(bytes)
        return try decodeRaw(
            hex("4500 00") + [UInt8(20 + data.count)] + hex("0001 0000 40") + [proto] + hex("0000 0a000001 0a000002")
                + data)
    }

    @Test func views() throws {
        #expect(try key(6, "0050 0051").flowKey.transport == .ports)
        #expect(try key(132, "0050 0051").flowKey.destinationPort == 81)
        #expect(try key(33, "0050 0051").flowKey.transport == .ports)
        #expect(try key(136, "0050 0051").flowKey.transport == .ports)
        #expect(
            try key(1, "0301 0000").flowKey
                == .icmp(from: TestFrames.ipv4Key.source, to: TestFrames.ipv4Key.destination, type: 3, code: 1))
        #expect(try key(58, "0301 0000").flowKey.transport == .opaque)
        #expect(try key(47, "0000 0000").flowKey.transport == .opaque)
        #expect(try key(47, "0000 00").flowKey.transport == .unreadable)
        #expect(try key(6, "0050 00").flowKey.transport == .unreadable)
        #expect(try key(17, "").flowKey.transport == .unreadable)
    }

    @Test func shortAndCutAreDifferent() throws {
        let short = try key(17, "0050 00")
        #expect(short.transport.isCut == false)
        let cut = try decodeRaw(TestFrames.ipv4, captured: 23)
        #expect(cut.flowKey.transport == .unreadable)
        #expect(cut.transport.isCut)
        #expect(cut.isCutBeforePolicyFacts)
        #expect(cut.isProtocolCut == false)
        #expect(cut.transport.length == 8)
        #expect(cut.transport.capturedLength == 3)
        #expect(try decodeRaw(TestFrames.ipv4, captured: 24).flowKey == TestFrames.ipv4Key)
    }

    @Test func tcpFlags() throws {
        let packet = try key(6, "0050 0051 00000000 00000000 5f12 0000 0000 0000")
        #expect(packet.transport.tcpFlags == TCPFlags(rawValue: 0xf12))
    }
}

@Suite struct AuthenticationHeaderTests {
    /// nf_tables stops at the header, connection tracking steps over it (measured on Linux 6.18).
    @Test func policySeesTheHeaderItself() throws {
        let key = FlowKey.ports(.tcp, from: IPAddress(v6: 1 << 64), 1, to: IPAddress(v6: 2 << 64), 80)
        var options = PacketOptions()
        options.extensionHeaders = [.hopByHop, .authentication]
        let packet = try FrameDecoder(.raw).decode(PacketEncoding.packet(key, options))
        #expect(packet.flowKey == key)
        #expect(packet.policyKey == .opaque(IPProtocol(51), from: key.source, to: key.destination))
        #expect(try FrameDecoder(.raw).decode(PacketEncoding.packet(key)).policyKey == key)
    }
}
