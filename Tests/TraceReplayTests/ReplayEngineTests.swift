import Matching
import NetTypes
import PacketDecoding
import Testing

@testable import TraceReplay

@Suite struct ReplayEngineTests {
    private let world = ReplayWorld()

    private func texts(_ feed: FrameFeed) -> [String] {
        feed.rows.map { row in
            "\(row.frame) \(world.text(row.outcome))" + (row.copyOf.map { " copy of \($0)" } ?? "")
        }
    }

    @Test func fragmentsWaitForTheirDatagramInOrder() throws {
        var feed = FrameFeed(world.tree, .raw)
        let datagram = try FrameBuilder.udp(.tcp("10.0.0.1", 4000, "10.0.1.1", 53), bytes: 3000, identification: 9)
        let pieces = try PacketEncoding.fragments(of: datagram, count: 3)
        feed.send(pieces[2])
        feed.send(try FrameBuilder.tcp(.tcp("10.0.0.1", 4000, "10.0.0.2", 80)))
        feed.send(pieces[0])
        #expect(feed.rows.isEmpty)
        feed.send(pieces[1])
        let datagramText = "allow new ns/c ingress NO_POLICY"
        #expect(
            texts(feed) == [
                "1 \(datagramText)", "2 allow new ns/b ingress RULE", "3 \(datagramText)", "4 \(datagramText)",
            ])
        #expect(feed.engine.tally.verdicts.allow == 4)
    }

    @Test func missingFragmentsLeaveTheDatagramUndecided() throws {
        var feed = FrameFeed(world.tree, .raw)
        let datagram = try FrameBuilder.udp(.tcp("10.0.0.1", 4000, "10.0.1.1", 53), bytes: 3000, identification: 9)
        let pieces = try PacketEncoding.fragments(of: datagram, count: 3)
        feed.send(pieces[0])
        feed.send(try FrameBuilder.tcp(.tcp("10.0.0.1", 4000, "10.0.0.2", 80)))
        feed.send(pieces[1])
        feed.finish()
        #expect(
            texts(feed) == [
                "1 undecided fragments-missing", "2 allow new ns/b ingress RULE", "3 undecided fragments-missing",
            ])
    }

    @Test func rowsDoNotWaitForEver() throws {
        var feed = FrameFeed(world.tree, .raw, waitingRows: 4)
        let datagram = try FrameBuilder.udp(.tcp("10.0.0.1", 4000, "10.0.1.1", 53), bytes: 3000, identification: 9)
        let pieces = try PacketEncoding.fragments(of: datagram, count: 2)
        feed.send(pieces[0])
        for _ in 0..<4 { feed.send(try FrameBuilder.tcp(.tcp("10.0.0.1", 4000, "10.0.0.2", 80))) }
        #expect(feed.rows.map(\.frame) == [1, 2, 3, 4, 5])
        #expect(world.text(feed.rows[0].outcome) == "undecided waited-too-long")
        feed.send(pieces[1])
        feed.finish()
        #expect(feed.rows.map(\.frame) == [1, 2, 3, 4, 5, 6])
        #expect(feed.engine.losses.rowsReleasedEarly == 1)
        #expect(feed.engine.tally.verdicts.allow == 6)
    }

    @Test func aForwardedPacketIsJudgedOnce() throws {
        var feed = FrameFeed(world.tree, .linuxCookedV2)
        let key = FlowKey.tcp("10.0.0.1", 4000, "10.0.0.2", 80)
        feed.send(FrameBuilder.cooked(try FrameBuilder.tcp(key), interface: 3, .host))
        feed.send(FrameBuilder.cooked(try FrameBuilder.tcp(key, timeToLive: 63), interface: 4, .outgoing))
        // Sent again by the pod: another packet, even with the same bytes.
        feed.send(FrameBuilder.cooked(try FrameBuilder.tcp(key), interface: 3, .host))
        feed.send(FrameBuilder.cooked(try FrameBuilder.tcp(key, timeToLive: 63), interface: 4, .outgoing))
        feed.send(FrameBuilder.cooked(try FrameBuilder.tcp(key, identification: 2), interface: 4, .outgoing))
        #expect(
            texts(feed) == [
                "1 allow new ns/b ingress RULE", "2 allow new ns/b ingress RULE copy of 1",
                "3 allow new ns/b ingress RULE", "4 allow new ns/b ingress RULE copy of 3",
                "5 allow new ns/b ingress RULE",
            ])
        #expect(feed.engine.tally.copies == 2)
        #expect(feed.engine.tally.verdicts.total == 3)
    }

    @Test func copiesAreKnownBehindServiceTranslation() throws {
        var feed = FrameFeed(world.tree, .linuxCookedV2)
        func send(_ key: FlowKey, _ flags: TCPFlags, _ interface: UInt8, _ type: CookedPacketType, id: UInt16) throws {
            feed.send(
                FrameBuilder.cooked(try FrameBuilder.tcp(key, flags, identification: id), interface: interface, type))
        }
        try send(.tcp("10.0.0.1", 4000, "10.96.0.1", 80), .syn, 3, .host, id: 1)
        try send(.tcp("10.0.0.1", 4000, "10.0.0.2", 80), .syn, 4, .outgoing, id: 1)
        try send(.tcp("10.0.0.2", 80, "10.0.0.1", 4000), [.syn, .ack], 4, .host, id: 2)
        try send(.tcp("10.96.0.1", 80, "10.0.0.1", 4000), [.syn, .ack], 3, .outgoing, id: 2)
        #expect(
            texts(feed) == [
                "1 allow new ns/b ingress RULE", "2 allow new ns/b ingress RULE copy of 1",
                "3 allow established ns/b egress CT_ESTABLISHED",
                "4 allow established ns/b egress CT_ESTABLISHED copy of 3",
            ])
    }

    @Test func theSentCopyTellsTheBackendOfAnUndecidedPacket() throws {
        var feed = FrameFeed(world.tree, .linuxCookedV2)
        let sent = try FrameBuilder.tcp(.tcp("10.0.0.1", 4000, "10.96.0.2", 80))
        let seen = try FrameBuilder.tcp(.tcp("10.0.0.1", 4000, "10.0.1.2", 80))
        feed.send(FrameBuilder.cooked(sent, interface: 3, .host))
        feed.send(FrameBuilder.cooked(seen, interface: 2, .outgoing))
        #expect(
            texts(feed) == ["1 undecided new backends-differ", "2 deny new ns/d ingress END_OF_TIER_DROP"])
    }

    @Test func unreadableFramesAreCountedByReason() throws {
        var feed = FrameFeed(world.tree, .raw)
        let packet = try FrameBuilder.tcp(.tcp("10.0.0.1", 4000, "10.0.0.2", 80))
        feed.send(Array(packet.prefix(12)))
        feed.send(Array(packet.prefix(12)), originalLength: packet.count)
        feed.send([])
        feed.send(Array(packet.prefix(22)), originalLength: packet.count)
        #expect(
            texts(feed) == [
                "1 none ip-header-short", "2 undecided ip-header-cut", "3 none link-header-short",
                "4 undecided cut-by-snapshot-length",
            ])
        let counts = feed.report(world.tree).reasons
        #expect(
            counts.map { "\($0.packets) \($0.verdict.word) \($0.reason)" } == [
                "1 undecided cut-by-snapshot-length", "1 undecided ip-header-cut", "1 none ip-header-short",
                "1 none link-header-short",
            ])
    }

    /// Any bytes at all: every frame gets exactly one row, in order.
    @Test(arguments: LinkLayer.allCases) func everyFrameGetsOneRow(_ layer: LinkLayer) {
        var feed = FrameFeed(world.tree, layer, waitingRows: 16)
        var state: UInt64 = 1
        func next() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 40)
        }
        for _ in 0..<500 {
            let count = Int(next()) % 90
            var bytes = (0..<count).map { _ in next() }
            if count > 0, next() % 2 == 0 { bytes[0] = next() % 2 == 0 ? 0x45 : 0x60 }
            feed.send(bytes, originalLength: count + Int(next() % 3))
        }
        feed.finish()
        #expect(feed.rows.map(\.frame) == Array(1...500))
        #expect(feed.engine.tally.frames == 500)
    }
}
