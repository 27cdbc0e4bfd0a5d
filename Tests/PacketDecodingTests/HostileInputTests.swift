import NetTypes
import PacketDecoding
import TestSupport
import Testing

/// Whatever the bytes, decoding ends in a value and keeps within the capture.
@Suite struct HostileInputTests {
    /// Decodes as `link` and asks for everything that can be asked; the claims must hold together.
    private func exercise(
        _ bytes: [UInt8], _ link: LinkLayer, originalLength: Int, _ defragmenter: inout Defragmenter
    ) -> Bool {
        do throws(DecodeError) {
            let packet = try FrameDecoder(link).decode(bytes.span, originalLength: originalLength)
            let network = packet.network
            let transport = packet.transport
            _ = packet.tracking(in: bytes.span)
            _ = PacketTable.line(
                PacketTable.Frame(number: 1, timestamp: 0, capturedLength: 0, originalLength: 0), .success(packet))
            let outcome = defragmenter.add(packet, bytes: bytes.span, frame: 1, timestamp: 0)
            if case .complete(let datagram) = outcome {
                _ = datagram.packet.tracking(in: datagram.bytes.span)
            }
            return network.offset + network.capturedLength <= bytes.count
                && transport.capturedLength <= max(0, bytes.count - transport.offset)
                && transport.capturedLength <= transport.length
                && (transport.view == .unreadable || transport.capturedLength >= 4)
                && network.capturedLength <= network.length
        } catch {
            return error.found < error.needed || error.needed == 0
        }
    }

    @Test func randomBytes() {
        let seed: UInt64 = 99
        var random = SeededGenerator(seed: seed)
        var defragmenter = Defragmenter()
        var isSound = true
        for _ in 0..<30_000 {
            let link = LinkLayer.allCases.randomElement(using: &random) ?? .raw
            var bytes = (0..<Int.random(in: 0...90, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if link == .raw, !bytes.isEmpty { bytes[0] = Bool.random(using: &random) ? 0x45 : 0x60 }
            let length = bytes.count + Int.random(in: -10...100, using: &random)
            isSound = isSound && exercise(bytes, link, originalLength: length, &defragmenter)
        }
        #expect(isSound, "seed \(seed)")
    }

    /// Good packets with a few bytes changed get much further than noise does.
    @Test func mutatedPackets() throws {
        let seed: UInt64 = 7
        var random = SeededGenerator(seed: seed)
        var options = PacketOptions()
        options.payload = [UInt8](repeating: 0, count: 40)
        var seeds = try PacketEncoding.fragments(of: PacketEncoding.packet(TestFrames.ipv4Key, options), count: 2)
        seeds += try PacketEncoding.fragments(of: PacketEncoding.packet(TestFrames.ipv6Key, options), count: 2)
        seeds.append(
            try PacketEncoding.packet(
                .ports(.sctp, from: TestFrames.ipv4Key.source, 1, to: TestFrames.ipv4Key.destination, 2)))
        options.icmpQuote = seeds[0]
        seeds.append(
            try PacketEncoding.packet(
                .icmp(from: TestFrames.ipv4Key.destination, to: TestFrames.ipv4Key.source, type: 3, code: 1), options))
        options.icmpQuote = seeds[2]
        options.extensionHeaders = [.hopByHop, .routing, .authentication, .destinationOptions]
        seeds.append(
            try PacketEncoding.packet(
                .icmp(from: TestFrames.ipv6Key.destination, to: TestFrames.ipv6Key.source, type: 1, code: 1), options))
        var defragmenter = Defragmenter()
        var isSound = true
        for _ in 0..<30_000 {
            guard var bytes = seeds.randomElement(using: &random) else { continue }
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let index = Int.random(in: bytes.indices, using: &random)
                bytes[index] = [0, 0xff, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
            }
            let original = bytes.count
            if Bool.random(using: &random) { bytes = Array(bytes.prefix(Int.random(in: 0...original, using: &random))) }
            isSound = isSound && exercise(bytes, .raw, originalLength: original, &defragmenter)
        }
        #expect(isSound, "seed \(seed)")
    }

    @Test func forgedLengths() {
        var defragmenter = Defragmenter()
        for length in [Int.min, -1, 0, Int.max] {
            #expect(exercise(TestFrames.ipv4, .raw, originalLength: length, &defragmenter))
            #expect(
                exercise(
                    TestFrames.macs + hex("001f 060603") + TestFrames.ipv4, .ethernet, originalLength: length,
                    &defragmenter))
        }
    }
}
