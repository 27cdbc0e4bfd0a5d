import NetTypes
import PacketDecoding
import Testing

@testable import ClusterGeneration

/// Generated captures, read back record by record.
@Suite struct TrafficStreamTests {
    private struct Record {
        let originalLength: Int
        let bytes: [UInt8]
    }

    private func records(
        _ packets: Int, _ pattern: TrafficPlan.Pattern, _ frames: TrafficPlan.Frames, flows: Int = 50
    ) -> [Record] {
        var plan = TrafficPlan(packets: packets)
        plan.pattern = pattern
        plan.frames = frames
        plan.flows = flows
        var stream = TrafficStream(ClusterPlan(pods: 200, policies: 40, setElements: 500), plan)
        var bytes: [UInt8] = []
        while stream.append(to: &bytes) {}
        #expect(stream.packetsWritten == packets)
        #expect(bytes.prefix(4) == [0xd4, 0xc3, 0xb2, 0xa1])
        var records: [Record] = []
        var offset = 24
        while offset < bytes.count {
            let captured = little32(bytes, offset + 8)
            records.append(
                Record(
                    originalLength: little32(bytes, offset + 12),
                    bytes: Array(bytes[offset + 16..<offset + 16 + captured])))
            offset += 16 + captured
        }
        #expect(offset == bytes.count)
        return records
    }

    private func little32(_ bytes: [UInt8], _ offset: Int) -> Int {
        (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << ($1 * 8) }
    }

    private func decode(_ record: Record) throws -> DecodedPacket {
        try FrameDecoder(#require(LinkLayer(dataLinkType: 1)))
            .decode(record.bytes.span, originalLength: record.originalLength)
    }

    /// The ones' complement sum over what a checksum covers is all ones (RFC 1071).
    private func sum(_ bytes: some Collection<UInt8>) -> Int {
        var sum = 0
        for (place, byte) in bytes.enumerated() { sum += Int(byte) << (place % 2 == 0 ? 8 : 0) }
        while sum > 0xffff { sum = (sum & 0xffff) + sum >> 16 }
        return sum
    }

    @Test(arguments: TrafficPlan.Pattern.allCases, [TrafficPlan.Frames.small, .full])
    func lengthsAndChecksumsAreRight(_ pattern: TrafficPlan.Pattern, _ frames: TrafficPlan.Frames) throws {
        var families: Set<IPFamily> = []
        for record in records(2000, pattern, frames) {
            #expect(record.originalLength == record.bytes.count)
            let packet = try decode(record)
            #expect(packet.network.defect == nil)
            let start = packet.network.offset
            let datagram = record.bytes[start..<start + packet.network.length]
            let source = packet.network.source
            families.insert(source.family)
            if source.family == .v4 { #expect(sum(datagram.prefix(20)) == 0xffff) }
            let segment = datagram.dropFirst(packet.transport.offset - start)
            let pseudo =
                source.bytes + packet.network.destination.bytes
                + [0, UInt8(packet.network.proto.rawValue), UInt8(segment.count >> 8), UInt8(segment.count & 255)]
            #expect(sum(pseudo + segment) == 0xffff)
        }
        #expect(families == [.v4, .v6])
    }

    @Test func snapshotsCutAt96Bytes() throws {
        let all = records(5000, .established, .snapped)
        #expect(all.allSatisfy { $0.bytes.count == min(96, $0.originalLength) })
        #expect(all.contains { $0.originalLength == 1514 })
    }

    @Test(arguments: TrafficPlan.Pattern.allCases)
    func fullFramesHaveAbout610BytesOnAverage(_ pattern: TrafficPlan.Pattern) {
        let all = records(40_000, pattern, .full, flows: 1000)
        let mean = all.reduce(0) { $0 + $1.bytes.count } / all.count
        #expect((570...670).contains(mean), "\(mean)")
    }

    @Test func smallFramesAreAsSmallAsEthernetAllows() {
        #expect(records(500, .zipf, .small).allSatisfy { [60, 62, 74].contains($0.bytes.count) })
    }

    /// One answered TCP conversation: each connection is SYN, SYN-ACK, ACK, data, FIN, FIN, ACK, with numbers that follow.
    @Test func connectionsBeginAndEnd() throws {
        var maker = ConversationMaker(ClusterPlan(pods: 200, policies: 40, setElements: 500))
        var found: Conversation?
        while found == nil {
            let next = maker.next()
            if next.isAnswered, !next.isUDP { found = next }
        }
        var conversation = try #require(found)
        var random = RandomStream(seed: 3)
        let port = conversation.clientPort
        let packets = (0..<40).map { _ in
            let packet = conversation.nextPacket(lifetime: 20, &random)
            conversation.sent(packet, bytes: packet.size == .data ? 100 : 0)
            return packet
        }
        #expect(packets.prefix(3).map(\.flags) == [0x02, 0x12, 0x10])
        #expect(packets[3..<17].allSatisfy { $0.flags == 0x18 })
        #expect(packets[17..<20].map(\.flags) == [0x11, 0x11, 0x10])
        #expect(packets[20].flags == 0x02)
        #expect(conversation.clientPort == port + 1)
        for (place, one) in packets.enumerated() where (1..<20).contains(place) {
            let heard = packets[0..<place].last { $0.isFromClient != one.isFromClient }
            #expect(one.acknowledgment == heard.map(end))
        }
    }

    /// The sequence number behind a packet.
    private func end(_ packet: ConversationPacket) -> UInt32 {
        packet.sequence &+ (packet.size == .data ? 100 : 0) &+ (packet.flags & 0x03 == 0 ? 0 : 1)
    }

    @Test func randomTrafficRepeatsNothing() throws {
        let tuples = try records(5000, .random, .small).map { record in
            let packet = try decode(record)
            return "\(packet.network.source) \(packet.network.destination) \(packet.transport)"
        }
        #expect(Set(tuples).count > 4990)
    }

    @Test func zipfGivesTheFirstRankItsShare() {
        let table = ZipfTable(ranks: 1000)
        var random = RandomStream(seed: 5)
        var counts = [Int](repeating: 0, count: 1000)
        for _ in 0..<200_000 { counts[table.rank(&random)] += 1 }
        let total = (1...1000).reduce(0.0) { $0 + 1 / Double($1) }
        for rank in [0, 1, 9, 99] {
            let expected = 200_000 / (Double(rank + 1) * total)
            #expect(abs(Double(counts[rank]) - expected) < 6 * expected.squareRoot())
        }
    }

    @Test func theSeedDecidesEveryByte() {
        let (one, two) = (records(300, .zipf, .snapped), records(300, .zipf, .snapped))
        #expect(one.map(\.bytes) == two.map(\.bytes))
    }
}
