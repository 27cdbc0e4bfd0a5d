import NetTypes
import TestSupport
import Testing

@testable import PacketDecoding

/// Frames in a chunk, as `TraceChunk` holds them.
private struct Chunk {
    var bytes: [UInt8] = []
    var descriptors: [UInt8] = []
    var count = 0

    mutating func add(_ frame: [UInt8], original: Int) {
        func append(_ number: some FixedWidthInteger) {
            for shift in stride(from: 0, to: number.bitWidth, by: 8) {
                descriptors.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        append(Int64(count) * 1_000_003 - 5)
        append(Int64(count + 1))
        append(UInt32(bytes.count))
        append(UInt32(frame.count))
        append(UInt32(original))
        append(UInt32(0))
        bytes += frame
        count += 1
    }
}

/// Mostly plain frames, with something done to most of them.
private struct FrameSoup {
    var random: SeededGenerator
    let isEthernet: Bool

    mutating func frame() -> (bytes: [UInt8], original: Int) {
        let isTCP = Bool.random(using: &random)
        let header = isTCP ? 20 : 8
        let payload = Int.random(in: 0...40, using: &random)
        var packet: [UInt8] = [0x45, 0, 0, UInt8(20 + header + payload), 1, 2, 0x40, 0, 64, isTCP ? 6 : 17, 0, 0]
        for _ in 0..<2 {
            packet += [10, 0, UInt8.random(in: 0...1, using: &random), UInt8.random(in: 0...3, using: &random)]
        }
        for _ in 0..<2 {
            packet += [UInt8.random(in: 0...1, using: &random), UInt8.random(in: .min ... .max, using: &random)]
        }
        if isTCP {
            packet += [0, 0, 0, 1, 0, 0, 0, 2, 0x50, UInt8.random(in: 0...63, using: &random), 0, 9, 0, 0, 0, 0]
        } else {
            packet += [0, UInt8(header + payload), 0, 0]
        }
        packet += [UInt8](repeating: 0xaa, count: payload)
        // Headers are where one bit makes a difference.
        for _ in 0..<[0, 0, 1, 3].randomElement(using: &random)! {
            packet[Int.random(in: 0..<(20 + header), using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
        }
        if Int.random(in: 0..<20, using: &random) == 0 { packet[6...7] = [0, 0] }
        var frame: [UInt8] = []
        if isEthernet {
            frame = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2]
            switch Int.random(in: 0..<12, using: &random) {
            case 0: frame += [0x81, 0, 0, 7, 8, 0]
            case 1: frame += [0x86, 0xdd]
            default: frame += [8, 0]
            }
        }
        frame += packet
        let length = frame.count
        if Int.random(in: 0..<4, using: &random) == 0 {
            frame.removeLast(Int.random(in: 0...frame.count, using: &random))
        } else if Int.random(in: 0..<8, using: &random) == 0 {
            frame += [UInt8](repeating: 0, count: 12)
        }
        let original = [length, frame.count, 0, Int(Int32.max), Int(UInt32.max)].randomElement(using: &random)!
        return (frame, original)
    }
}

@Suite struct PlainDecoderTests {
    private static let hash = PlainHash(shardCount: 64, keys: (0x1234_5678, 0x9abc_def0, 0x0bad_cafe, 0x7777_1111))

    private func expectSame(_ one: PlainPacket, _ other: PlainPacket) {
        #expect(one.time == other.time && one.frame == other.frame)
        #expect(one.key == other.key && one.kind == other.kind && one.proto == other.proto)
        #expect(one.addressA == other.addressA && one.addressB == other.addressB && one.ports == other.ports)
        #expect(one.fromB == other.fromB && one.hash == other.hash && one.shard == other.shard)
        #expect((one.position, one.denial, one.miss) == (other.position, other.denial, other.miss))
    }

    /// What a group says of each frame is what is said of it alone, by wide instructions (where the CPU has them) and
    /// without; and what both say is what the complete decoder says.
    @Test(arguments: [true, false], UInt64(1)...6)
    func groupsAndFramesAlikeAndRight(isEthernet: Bool, seed: UInt64) throws {
        let layer: LinkLayer = isEthernet ? .ethernet : .raw
        let wide = try #require(PlainDecoder(layer, Self.hash))
        let single = try #require(PlainDecoder(layer, Self.hash, isWide: false))
        let complete = FrameDecoder(layer)
        var soup = FrameSoup(random: SeededGenerator(seed: seed), isEthernet: isEthernet)
        var chunk = Chunk()
        var frames: [(bytes: [UInt8], original: Int)] = []
        for _ in 0..<1600 {
            let frame = soup.frame()
            chunk.add(frame.bytes, original: frame.original)
            frames.append(frame)
        }
        let packets = FlatArray(repeating: PlainPacket.none, count: 2 * PlainDecoder.group)
        defer { packets.deallocate() }
        let (bytes, descriptors) = unsafe (chunk.bytes.span.bytes, chunk.descriptors.span.bytes)
        var plainCount = 0
        for first in stride(from: 0, to: frames.count, by: PlainDecoder.group) {
            let found = wide.decodeGroup(bytes, descriptors, first: first, into: packets, at: 0)
            let others = single.decodeGroup(bytes, descriptors, first: first, into: packets, at: PlainDecoder.group)
            #expect(found == others)
            for lane in 0..<PlainDecoder.group {
                let alone = single.decode(bytes, descriptors, at: first + lane)
                #expect((alone != nil) == (found >> UInt32(lane) & 1 == 1))
                guard let alone else { continue }
                plainCount += 1
                expectSame(packets[lane], alone)
                expectSame(packets[PlainDecoder.group + lane], alone)
                let (data, original) = frames[first + lane]
                let packet = try complete.decode(data.span, originalLength: original)
                #expect(packet.network.defect == nil && packet.flowKey == alone.key)
                let facts = packet.tracking(in: data.span)
                #expect(facts.invalidity == nil && !facts.isCut)
                switch facts.detail {
                case .tcp: #expect(alone.kind != .datagram)
                case .datagram: #expect(alone.kind == .datagram)
                default: Issue.record("not plain: \(data)")
                }
            }
        }
        // Neither all nor none of them.
        #expect(plainCount > 200 && plainCount < 1400)
    }
}
