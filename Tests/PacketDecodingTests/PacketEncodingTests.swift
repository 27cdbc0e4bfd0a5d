import NetTypes
import PacketDecoding
import TestSupport
import Testing

@Suite struct PacketEncodingTests {
    /// A random key that some packet can have.
    private func randomKey(_ random: inout SeededGenerator) -> FlowKey {
        let family = IPFamily.allCases.randomElement(using: &random) ?? .v4
        func address() -> IPAddress {
            family == .v4
                ? IPAddress(v4: .random(in: .min ... .max, using: &random))
                : IPAddress(v6: .random(in: .min ... .max, using: &random))
        }
        let (source, destination) = (address(), address())
        let headers: Set<UInt8> = family == .v6 ? [0, 43, 44, 51, 60] : []
        var proto = IPProtocol(.random(in: .min ... .max, using: &random))
        if Bool.random(using: &random) {
            proto = [.tcp, .udp, .sctp, .udplite, .dccp, .icmp(of: family)].randomElement(using: &random) ?? .tcp
        }
        if headers.contains(proto.rawValue) { proto = .udp }
        if Int.random(in: 0..<20, using: &random) == 0 {
            return FlowKey(source: source, destination: destination, proto: proto, transport: .unreadable)
        }
        if proto.hasPorts {
            return .ports(
                proto, from: source, .random(in: .min ... .max, using: &random), to: destination,
                .random(in: .min ... .max, using: &random))
        }
        if proto == .icmp(of: family) {
            return .icmp(
                from: source, to: destination, type: .random(in: .min ... .max, using: &random),
                code: .random(in: .min ... .max, using: &random))
        }
        return .opaque(proto, from: source, to: destination)
    }

    private func randomOptions(_ random: inout SeededGenerator, _ key: FlowKey) -> PacketOptions {
        var options = PacketOptions()
        options.timeToLive = .random(in: 1...255, using: &random)
        options.identification = .random(in: .min ... .max, using: &random)
        options.trafficClass = .random(in: .min ... .max, using: &random)
        options.dontFragment = .random(using: &random)
        options.tcpFlags = TCPFlags(rawValue: .random(in: 0...0xfff, using: &random))
        if key.transport != .unreadable {
            options.payload = (0..<Int.random(in: 4...200, using: &random)).map { UInt8($0 & 255) }
        }
        if key.family == .v6 {
            let headers: [IPv6Extension] = [
                .hopByHop, .destinationOptions, .routing, .authentication, .atomicFragment(identification: 9),
            ]
            options.extensionHeaders = headers.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
        }
        return options
    }

    @Test func everyKeyComesBack() throws {
        let seed: UInt64 = 20_260_801
        var random = SeededGenerator(seed: seed)
        for round in 0..<5_000 {
            let key = randomKey(&random)
            let options = randomOptions(&random, key)
            let bytes = try PacketEncoding.packet(key, options)
            let packet = try decodeRaw(bytes)
            #expect(packet.flowKey == key, "seed \(seed), round \(round)")
            #expect(packet.network.defect == nil)
            #expect(packet.network.length == bytes.count)
            #expect(packet.network.timeToLive == options.timeToLive)
            #expect(packet.network.trafficClass == options.trafficClass)
            #expect(hasRightChecksums(bytes, packet), "seed \(seed), round \(round)")
            #expect(packet.network.fragment.position == .whole)
            if key.proto == .tcp, key.transport == .ports { #expect(packet.transport.tcpFlags == options.tcpFlags) }
        }
    }

    /// Verified by summing to zero, apart from how the sums were made.
    private func hasRightChecksums(_ bytes: [UInt8], _ packet: DecodedPacket) -> Bool {
        func sum(_ data: some Sequence<UInt8>) -> Int {
            data.enumerated().reduce(0) { $0 + Int($1.element) << ($1.offset % 2 == 0 ? 8 : 0) }
        }
        func isZero(_ total: Int) -> Bool {
            var folded = total
            while folded > 0xffff { folded = (folded & 0xffff) + (folded >> 16) }
            return folded == 0xffff
        }
        let network = packet.network
        if network.family == .v4, !isZero(sum(bytes[..<20])) { return false }
        let segment = bytes[packet.transport.offset...]
        let pseudo =
            sum(network.source.bytes) + sum(network.destination.bytes) + segment.count + Int(network.proto.rawValue)
        switch (network.proto, packet.transport.view) {
        case (.tcp, .ports), (.udp, .ports), (.udplite, .ports), (.dccp, .ports), (.icmpv6, .icmp):
            return isZero(pseudo + sum(segment))
        case (.icmp, .icmp):
            return isZero(sum(segment))
        default:
            return true
        }
    }

    /// The stored checksum against another implementation, and that one against known vectors (RFC 3720, B.4).
    @Test func sctpChecksumIsCRC32C() throws {
        let key = FlowKey.ports(
            .sctp, from: TestFrames.address("10.0.0.1"), 1, to: TestFrames.address("10.0.0.2"), 2)
        let bytes = try PacketEncoding.packet(key)
        var covered = Array(bytes[20...])
        let stored = covered[8..<12].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        covered.replaceSubrange(8..<12, with: [0, 0, 0, 0])
        #expect(stored == crc32c(covered))
        #expect(crc32c([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
        #expect(crc32c(Array("123456789".utf8)) == 0xe306_9283)
    }

    /// Bit by bit, most significant first, on the unreflected polynomial: another way than the source's.
    private func crc32c(_ bytes: [UInt8]) -> UInt32 {
        func reversed(_ value: UInt32) -> UInt32 {
            (0..<32).reduce(0) { $0 | (value >> UInt32($1) & 1) << UInt32(31 - $1) }
        }
        var register = UInt32.max
        for byte in bytes {
            for bit in 0..<8 {
                let input = UInt32(byte >> UInt8(bit) & 1)
                let feedback = register >> 31 ^ input
                register = register << 1 ^ (feedback == 1 ? 0x1edc_6f41 : 0)
            }
        }
        return reversed(~register)
    }

    @Test func sctpChunksFillThePacket() throws {
        let key = FlowKey.ports(
            .sctp, from: TestFrames.address("10.0.0.1"), 1, to: TestFrames.address("10.0.0.2"), 2)
        let bytes = try PacketEncoding.packet(key)
        #expect(bytes.count == 20 + 12 + 20)
        #expect(Array(bytes[24..<28]) == [0, 0, 0, 0])  // verification tag
        #expect(Array(bytes[32..<36]) == [1, 0, 0, 20])  // INIT, 20 bytes
    }

    @Test func aKnownPacket() throws {
        var options = PacketOptions()
        options.identification = 1
        let bytes = try PacketEncoding.packet(TestFrames.ipv4Key, options)
        #expect(bytes == hex("4500 001c 0001 0000 4011 66ce 0a000001 0a000002 03e8 0035 0008 e7be"))
    }

    @Test func whatCannotBeIsRefused() {
        let (a, b) = (TestFrames.address("10.0.0.1"), TestFrames.address("10.0.0.2"))
        let c = TestFrames.address("fd00::1")
        func problem(_ key: FlowKey, _ options: PacketOptions = PacketOptions()) -> PacketEncodingError? {
            do throws(PacketEncodingError) {
                _ = try PacketEncoding.packet(key, options)
                return nil
            } catch {
                return error
            }
        }
        #expect(problem(.ports(.tcp, from: a, 1, to: c, 2)) == .familiesDiffer)
        #expect(problem(.opaque(.tcp, from: a, to: b)) == .impossibleTransport)
        #expect(problem(.opaque(.icmp, from: a, to: b)) == .impossibleTransport)
        #expect(problem(.ports(.icmp, from: a, 1, to: b, 2)) == .impossibleTransport)
        #expect(problem(.opaque(IPProtocol(43), from: c, to: c)) == .extensionHeaderAsProtocol)
        #expect(problem(.opaque(IPProtocol(43), from: a, to: b)) == nil)
        #expect(problem(.opaque(.icmp, from: c, to: c)) == nil)
        var options = PacketOptions()
        options.extensionHeaders = [.hopByHop]
        #expect(problem(TestFrames.ipv4Key, options) == .extensionsInIPv4)
        options = PacketOptions()
        options.payload = [UInt8](repeating: 0, count: 65_536)
        #expect(problem(TestFrames.ipv4Key, options) == .tooLong)
        #expect(problem(TestFrames.ipv6Key, options) == .tooLong)
    }

    @Test func fragmentsThatCannotBe() throws {
        func problem(_ packet: [UInt8], _ count: Int) -> PacketEncodingError? {
            do throws(PacketEncodingError) {
                _ = try PacketEncoding.fragments(of: packet, count: count)
                return nil
            } catch {
                return error
            }
        }
        #expect(problem([], 1) == .notAPacket)
        #expect(problem([0x45, 0], 1) == .notAPacket)
        #expect(problem([0x60, 0], 1) == .notAPacket)
        #expect(problem(TestFrames.ipv4, 0) == .cannotSplit)
        #expect(problem(TestFrames.ipv4, 2) == .cannotSplit)
        #expect(problem(TestFrames.ipv4, 1) == nil)
    }
}
