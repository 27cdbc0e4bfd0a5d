import NetTypes
import PacketDecoding
import TestSupport
import Testing

@Suite struct DefragmenterTests {
    private static let second: Int64 = 1_000_000_000

    private func packet(_ family: IPFamily, payload: Int = 100, identification: UInt16 = 7) throws -> [UInt8] {
        var options = PacketOptions()
        options.payload = (0..<payload).map { UInt8(truncatingIfNeeded: $0) }
        options.identification = identification
        return try PacketEncoding.packet(family == .v4 ? TestFrames.ipv4Key : TestFrames.ipv6Key, options)
    }

    /// Feeds raw packets as frames 1, 2, … at the same moment.
    private func feed(_ packets: [[UInt8]], _ defragmenter: inout Defragmenter) throws -> [FragmentOutcome] {
        try packets.enumerated().map { index, bytes in
            try defragmenter.take(bytes, frame: index + 1)
        }
    }

    private func datagram(_ outcome: FragmentOutcome?) -> ReassembledDatagram? {
        if case .complete(let datagram)? = outcome { datagram } else { nil }
    }

    @Test(arguments: IPFamily.allCases)
    func anyOrderGivesThePacketBack(family: IPFamily) throws {
        let seed: UInt64 = 42
        var random = SeededGenerator(seed: seed)
        for round in 0..<500 {
            let whole = try packet(family, payload: .random(in: 60...3000, using: &random))
            let fragments = try PacketEncoding.fragments(of: whole, count: .random(in: 2...8, using: &random))
            var defragmenter = Defragmenter()
            let outcomes = try feed(fragments.shuffled(using: &random), &defragmenter)
            #expect(outcomes.dropLast().allSatisfy { $0 == .held }, "seed \(seed), round \(round)")
            let result = try #require(datagram(outcomes.last), "seed \(seed), round \(round)")
            #expect(result.bytes == whole)
            #expect(result.packet.flowKey == (family == .v4 ? TestFrames.ipv4Key : TestFrames.ipv6Key))
            #expect(result.frames == Array(1...fragments.count))
            #expect(result.duplicates == [])
            #expect(defragmenter.pendingDatagrams == 0)
            #expect(defragmenter.finish() == [])
        }
    }

    @Test func extensionHeadersStayInPlace() throws {
        var options = PacketOptions()
        options.extensionHeaders = [.hopByHop, .routing, .destinationOptions]
        options.payload = [UInt8](repeating: 5, count: 99)
        let whole = try PacketEncoding.packet(TestFrames.ipv6Key, options)
        var defragmenter = Defragmenter()
        let outcomes = try feed(PacketEncoding.fragments(of: whole, count: 3), &defragmenter)
        #expect(datagram(outcomes.last)?.bytes == whole)
    }

    @Test func wholePacketsPass() throws {
        var defragmenter = Defragmenter()
        #expect(try feed([TestFrames.ipv4, TestFrames.ipv6], &defragmenter) == [.notFragment, .notFragment])
    }

    @Test func anAtomicFragmentLosesItsHeader() throws {
        var options = PacketOptions()
        options.extensionHeaders = [.atomicFragment(identification: 1)]
        let atomic = try PacketEncoding.packet(TestFrames.ipv6Key, options)
        let plain = try PacketEncoding.packet(TestFrames.ipv6Key)
        var defragmenter = Defragmenter()
        let outcomes = try feed([atomic], &defragmenter)
        #expect(datagram(outcomes.last)?.bytes == plain)
    }

    @Test(arguments: IPFamily.allCases)
    func repeatedFragmentsAreDropped(family: IPFamily) throws {
        let fragments = try PacketEncoding.fragments(of: packet(family), count: 3)
        var defragmenter = Defragmenter()
        let outcomes = try feed([fragments[0], fragments[0], fragments[1], fragments[1], fragments[2]], &defragmenter)
        let result = try #require(datagram(outcomes.last))
        #expect(result.frames == [1, 3, 5])
        #expect(result.duplicates == [2, 4])
    }

    /// One byte range that only partly lies within what is there ends the datagram, and what comes later is new.
    @Test(arguments: IPFamily.allCases)
    func overlapsDropTheDatagram(family: IPFamily) throws {
        let whole = try packet(family, payload: 192)
        let two = try PacketEncoding.fragments(of: whole, count: 2)
        let three = try PacketEncoding.fragments(of: whole, count: 3)
        var defragmenter = Defragmenter()
        let outcomes = try feed([two[0], three[1], two[1]], &defragmenter)
        #expect(outcomes == [.held, .held, .held])
        #expect(defragmenter.takeIncomplete() == [IncompleteDatagram(reason: .overlap, frames: [1, 2])])
        #expect(defragmenter.finish() == [IncompleteDatagram(reason: .endOfCapture, frames: [3])])
    }

    /// The kernel compares with runs of fragments that came in order: a repeat of two neighbours that came in disorder
    /// overlaps, one of neighbours in order does not.
    @Test func repeatsAcrossRuns() throws {
        let whole = try packet(.v4, payload: 184)
        let four = try PacketEncoding.fragments(of: whole, count: 4)
        let two = try PacketEncoding.fragments(of: whole, count: 2)
        var inOrder = Defragmenter()
        let outcomes = try feed([four[0], four[1], two[0], four[2], four[3]], &inOrder)
        #expect(datagram(outcomes.last)?.duplicates == [3])
        var disordered = Defragmenter()
        _ = try feed([four[3], four[1], four[0], two[0]], &disordered)
        #expect(disordered.takeIncomplete() == [IncompleteDatagram(reason: .overlap, frames: [1, 2, 3, 4])])
    }

    @Test(arguments: [(IPFamily.v4, Int64(30)), (.v6, 60)])
    func timeouts(family: IPFamily, seconds: Int64) throws {
        let fragments = try PacketEncoding.fragments(of: packet(family), count: 2)
        for (delay, isLate) in [
            (seconds * DefragmenterTests.second - 1, false), (seconds * DefragmenterTests.second, true),
        ] {
            var defragmenter = Defragmenter()
            _ = try defragmenter.take(fragments[0], frame: 1)
            let outcome = try defragmenter.take(fragments[1], frame: 2, timestamp: delay)
            #expect((datagram(outcome) == nil) == isLate)
            let expected = isLate ? [IncompleteDatagram(reason: .timeout, frames: [1])] : []
            #expect(defragmenter.takeIncomplete() == expected)
        }
    }

    @Test func timeRunsForwardOnly() throws {
        let fragments = try PacketEncoding.fragments(of: packet(.v4), count: 2)
        var defragmenter = Defragmenter()
        _ = try defragmenter.take(fragments[0], frame: 1, timestamp: .max)
        let outcome = try defragmenter.take(fragments[1], frame: 2, timestamp: .min)
        #expect(datagram(outcome) != nil)
    }

    @Test func keysAndScopesKeepDatagramsApart() throws {
        let a = try PacketEncoding.fragments(of: packet(.v4, identification: 1), count: 2)
        let b = try PacketEncoding.fragments(of: packet(.v4, identification: 2), count: 2)
        var defragmenter = Defragmenter()
        let outcomes = try feed([a[0], b[1], a[1], b[0]], &defragmenter)
        #expect(datagram(outcomes[2])?.frames == [1, 3])
        #expect(datagram(outcomes[3])?.frames == [2, 4])
        _ = try defragmenter.take(a[0], frame: 5, scope: 1)
        let other = try defragmenter.take(a[1], frame: 6, scope: 2)
        #expect(other == .held)
        #expect(defragmenter.pendingDatagrams == 2)
    }

    @Test func conflictingEnds() throws {
        let long = try PacketEncoding.fragments(of: packet(.v4, payload: 400), count: 2)
        let short = try PacketEncoding.fragments(of: packet(.v4, payload: 100), count: 2)
        var v4 = Defragmenter()
        _ = try feed([long[1], short[1]], &v4)
        #expect(v4.takeIncomplete() == [IncompleteDatagram(reason: .conflictingEnd, frames: [1, 2])])
        // IPv6 drops the fragment and keeps the rest.
        let long6 = try PacketEncoding.fragments(of: packet(.v6, payload: 400), count: 2)
        let short6 = try PacketEncoding.fragments(of: packet(.v6, payload: 100), count: 2)
        var v6 = Defragmenter()
        let outcomes = try feed([long6[1], short6[1], long6[0]], &v6)
        #expect(v6.takeIncomplete() == [IncompleteDatagram(reason: .conflictingEnd, frames: [2])])
        #expect(datagram(outcomes.last)?.frames == [1, 3])
    }

    /// A repeat that is the first to say where the datagram ends completes nothing (measured on Linux 6.18).
    @Test(arguments: IPFamily.allCases)
    func aRepeatCompletesNothing(family: IPFamily) throws {
        let fragments = try PacketEncoding.fragments(of: packet(family, payload: 104), count: 2)
        var openEnded = fragments[1]
        if family == .v4 { openEnded[6] |= 0x20 } else { openEnded[43] |= 1 }
        var defragmenter = Defragmenter()
        #expect(try feed([fragments[0], openEnded, fragments[1]], &defragmenter) == [.held, .held, .held])
        #expect(defragmenter.finish() == [IncompleteDatagram(reason: .endOfCapture, frames: [1, 2, 3])])
    }

    @Test func emptyFragments() throws {
        let empty = hex("4500 0014 0007 0002 4011 0000 0a000001 0a000002")
        let fragments = try PacketEncoding.fragments(of: packet(.v4), count: 2)
        var defragmenter = Defragmenter()
        _ = try feed([fragments[0], empty], &defragmenter)
        let reasons = defragmenter.takeIncomplete().map(\.reason)
        #expect(reasons == [.conflictingEnd] || reasons == [.empty])
        var other = Defragmenter()
        _ = try feed([empty], &other)
        #expect(other.takeIncomplete() == [IncompleteDatagram(reason: .empty, frames: [1])])
    }

    @Test func aDatagramMayNotExceedAnIPPacket() throws {
        // The last fragment reaches to 65,528 + 100.
        let last = hex("4500 0078 0007 1fff 4011 0000 0a000001 0a000002") + [UInt8](repeating: 0, count: 100)
        var packets = [last]
        for start in stride(from: 0, to: 65_528, by: 32_760) {
            let count = min(32_760, 65_528 - start)
            let length = UInt16(20 + count)
            let field = UInt16(start / 8) | 0x2000
            var header = hex("4500 0000 0007 0000 4011 0000 0a000001 0a000002")
            header.replaceSubrange(2..<4, with: [UInt8(length >> 8), UInt8(length & 255)])
            header.replaceSubrange(6..<8, with: [UInt8(field >> 8), UInt8(field & 255)])
            packets.append(header + [UInt8](repeating: 0, count: count))
        }
        var defragmenter = Defragmenter()
        _ = try feed(packets, &defragmenter)
        #expect(defragmenter.takeIncomplete().map(\.reason) == [.tooLong])
    }

    @Test func mixedCongestionMarks() throws {
        for (marks, isWhole) in [([2, 2], true), ([2, 3], true), ([0, 0], true), ([0, 3], false), ([0, 1], false)] {
            var fragments = try PacketEncoding.fragments(of: packet(.v4), count: 2)
            for index in 0..<2 { fragments[index][1] = UInt8(marks[index]) }
            var defragmenter = Defragmenter()
            let outcomes = try feed(fragments, &defragmenter)
            #expect((datagram(outcomes.last) != nil) == isWhole)
            #expect(defragmenter.takeIncomplete().map(\.reason) == (isWhole ? [] : [.congestionMarks]))
            if isWhole {
                #expect(datagram(outcomes.last)?.packet.network.trafficClass == UInt8(marks.contains(3) ? 3 : marks[0]))
            }
        }
    }

    /// More than 64 other fragments of the source between two of a datagram: the kernel starts it over (IPv4).
    @Test(arguments: [(64, true), (65, false)])
    func disorder(others: Int, isWhole: Bool) throws {
        let fragments = try PacketEncoding.fragments(of: packet(.v4, identification: 1), count: 2)
        var packets = [fragments[0]]
        for identification in 0..<(others - 1) {
            packets.append(
                try PacketEncoding.fragments(of: packet(.v4, identification: UInt16(100 + identification)), count: 2)[0]
            )
        }
        packets.append(fragments[1])
        var defragmenter = Defragmenter()
        let outcomes = try feed(packets, &defragmenter)
        #expect((datagram(outcomes.last) != nil) == isWhole)
        #expect(defragmenter.takeIncomplete().map(\.reason) == (isWhole ? [] : [.disorder]))
    }

    @Test func ipv6FragmentsThatGoOnAlone() throws {
        // Not all headers in the first fragment (RFC 8200, 4.5): 4 bytes of UDP.
        let head = "60000000 000c 2c40" + TestFrames.fd("1") + TestFrames.fd("2")
        let truncated = hex(head + "1100 0000 00000001 03e8 0035")
        var defragmenter = Defragmenter()
        #expect(try feed([truncated], &defragmenter) == [.passedAlone])
        // But a chain that leads nowhere is kept: destination options, then "no next header".
        let nowhere = hex(
            "60000000 0010 2c40" + TestFrames.fd("1") + TestFrames.fd("2") + "3c00 0001 00000005 3b00 010400000000")
        #expect(try feed([nowhere], &defragmenter) == [.held])
        // An offset that ends behind 65,535.
        let far = hex(head + "1100 fff8 00000001 03e80035") + []
        let farther =
            hex("60000000 0018 2c40" + TestFrames.fd("1") + TestFrames.fd("2") + "1100 fff8 00000001")
            + [UInt8](repeating: 0, count: 16)
        #expect(try feed([far], &defragmenter) == [.held])
        #expect(try feed([farther], &defragmenter) == [.passedAlone])
        // A middle fragment of odd length ends its datagram.
        let odd =
            hex("60000000 0012 2c40" + TestFrames.fd("1") + TestFrames.fd("2") + "1100 0009 00000001")
            + [UInt8](repeating: 0, count: 10)
        #expect(try feed([odd], &defragmenter) == [.passedAlone])
        #expect(defragmenter.takeIncomplete() == [IncompleteDatagram(reason: .misaligned, frames: [1])])
    }

    /// Lengths count as claimed; what the capture lacks is missing in the result.
    @Test func cutFragments() throws {
        let whole = try packet(.v4, payload: 500)
        let fragments = try PacketEncoding.fragments(of: whole, count: 2)
        for (index, captured) in [(0, 60), (1, 40), (0, 22), (0, 20)] {
            var defragmenter = Defragmenter()
            var last: FragmentOutcome?
            var known = 0
            for (number, fragment) in fragments.enumerated() {
                let bytes = number == index ? Array(fragment.prefix(captured)) : fragment
                let packet = try FrameDecoder(.raw).decode(bytes.span, originalLength: fragment.count)
                last = defragmenter.add(packet, bytes: bytes.span, frame: number + 1, timestamp: 0)
                if number < index { known += fragment.count - 20 }
                if number == index { known += captured - 20 }
            }
            let result = try #require(datagram(last))
            #expect(result.bytes.count == 20 + known)
            #expect(result.bytes[20...] == whole[20..<(20 + known)])
            #expect(result.packet.network.length == whole.count)
            #expect(result.packet.network.capturedLength == result.bytes.count)
            #expect(result.packet.transport.isCut == (known < 4))
        }
    }

    @Test func memoryIsBounded() throws {
        var limits = Defragmenter.Limits()
        limits.datagrams = 100
        var defragmenter = Defragmenter(limits: limits)
        var random = SeededGenerator(seed: 3)
        var failed = 0
        for number in 1...3000 {
            var bytes = try PacketEncoding.fragments(of: packet(.v4), count: 2)[0]
            for index in 12..<20 { bytes[index] = .random(in: .min ... .max, using: &random) }
            _ = try defragmenter.take(bytes, frame: number)
            failed += defragmenter.takeIncomplete().count
            #expect(defragmenter.pendingDatagrams <= 100)
        }
        #expect(defragmenter.evictions == failed)
        #expect(failed == 2900)
        limits.bytes = 10_000
        var small = Defragmenter(limits: limits)
        let fragments = try PacketEncoding.fragments(of: packet(.v4, payload: 20_000), count: 20)
        let outcomes = try feed(fragments, &small)
        #expect(datagram(outcomes.last) == nil)
        #expect(small.evictions > 0)
    }
}

extension Defragmenter {
    /// A raw packet of which every byte is there.
    fileprivate mutating func take(
        _ bytes: [UInt8], frame: Int, timestamp: Int64 = 0, scope: UInt32 = 0
    ) throws -> FragmentOutcome {
        try add(decodeRaw(bytes), bytes: bytes.span, frame: frame, timestamp: timestamp, scope: scope)
    }
}
