import Foundation
import TestSupport
import Testing

@testable import Capture

/// Frames, bytes and end as some reader found them.
private struct Reading: Equatable {
    var frames: [CapturedFrame] = []
    var bytes: [[UInt8]] = []
    var end: CaptureEnd?
    var filtered = 0
    var linkType = ""
    var error: CaptureError?
    var interfaces: [UInt32] = []
    var names: [String] = []
    /// Of the frames, how many were read without libpcap.
    var walked = 0

    /// - Parameter ahead: chunks for which blocks are read ahead each time; 0: none.
    static func ours(
        _ path: String, filter: String? = nil, byLibrary: Bool = false, capacity: Int = 1 << 18, ahead: Int = 0
    ) -> Reading {
        var reading = Reading()
        do throws(CaptureError) {
            var reader = try TraceReader(path: path, filter: filter, byLibrary: byLibrary)
            let chunks = (0..<max(1, ahead)).map { _ in TraceChunk(capacity: capacity, frameCapacity: 64) }
            var turn = 0
            func next() -> TraceChunk {
                if turn % chunks.count == 0, ahead > 0, let blocks = reader.blocks {
                    for (number, chunk) in chunks.enumerated() { blocks.read(number, into: chunk) }
                }
                defer { turn += 1 }
                return chunks[turn % chunks.count]
            }
            reading.linkType = reader.linkType.description
            while true {
                let chunk = next()
                guard reader.read(chunk) else { break }
                for index in 0..<chunk.count {
                    let frame = chunk[index]
                    reading.frames.append(
                        CapturedFrame(
                            number: frame.number, timestamp: frame.timestamp,
                            capturedLength: Int(frame.capturedLength), originalLength: Int(frame.originalLength)))
                    reading.bytes.append(chunk.withBytes(of: index) { $0.indices.map { [data = $0] in data[$0] } })
                    reading.interfaces.append(frame.interface)
                }
                reading.names = reader.interfaceNames
                if reader.walksItself { reading.walked += chunk.count }
            }
            reading.end = reader.end
            reading.filtered = reader.framesFiltered
        } catch {
            reading.error = error
        }
        return reading
    }

    static func libpcap(_ path: String, filter: String? = nil) -> Reading {
        var reading = Reading()
        do throws(CaptureError) {
            var reader = try CaptureReader(path: path, filter: filter)
            reading.linkType = reader.linkType.description
            while let (frame, data) = reader.nextFrame({ ($0, $1.indices.map { [bytes = $1] in bytes[$0] }) }) {
                reading.frames.append(frame)
                reading.bytes.append(data)
            }
            reading.end = reader.end
            reading.filtered = reader.framesFiltered
        } catch {
            reading.error = error
        }
        return reading
    }

    /// What libpcap can tell.
    var common: Reading {
        var reading = self
        reading.interfaces = []
        reading.names = []
        reading.walked = 0
        return reading
    }
}

@Suite struct TraceReaderTests {
    private func compare(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) throws -> Reading {
        try CaptureBytes.withFile(of: bytes) { path in
            let ours = Reading.ours(path)
            #expect(ours.common == Reading.libpcap(path), sourceLocation: sourceLocation)
            let inBlocks = Reading.ours(path, capacity: 512, ahead: 3)
            #expect(inBlocks.common == ours.common, sourceLocation: sourceLocation)
            return ours
        }
    }

    @Test(arguments: [UInt32(0xa1b2_c3d4), 0xa1b2_3c4d], [false, true])
    func bothByteOrdersAndResolutions(magic: UInt32, bigEndian: Bool) throws {
        var file = CaptureBytes(magic: magic, bigEndian: bigEndian)
        for index in 0..<200 {
            file.addFrame(
                [UInt8](repeating: UInt8(index), count: index), seconds: .max - UInt32(index), fraction: 999_999,
                length: UInt32(index) * 3)
        }
        let ours = try compare(file.bytes)
        #expect(ours.frames.count == 200)
        #expect(ours.walked == 200)
    }

    @Test func everyCutOfAFile() throws {
        var file = CaptureBytes()
        for length in [3, 0, 40] { file.addFrame([UInt8](repeating: 7, count: length)) }
        for size in 0...file.bytes.count { _ = try compare(Array(file.bytes.prefix(size))) }
    }

    @Test func oddRecordsAreLibpcaps() throws {
        for (captured, original, fraction) in [
            (UInt32(200), UInt32(200), UInt32(0)), (.max, .max, 0), (4, .max, 0), (4, 2, 0), (4, 4, 1_000_000),
            (4, 4, .max), (300_000, 4, 0),
        ] {
            var file = CaptureBytes(snapshotLength: 100)
            file.addFrame([1, 2, 3])
            file.add(UInt32(1))
            file.add(fraction)
            file.add(captured)
            file.add(original)
            file.bytes += [UInt8](repeating: 1, count: min(400, Int(captured)))
            file.addFrame([4, 5])
            _ = try compare(file.bytes)
        }
    }

    @Test func recordsMayEndAnywhereInAChunk() throws {
        var file = CaptureBytes()
        for index in 0..<3000 { file.addFrame([UInt8](repeating: 3, count: index % 97)) }
        try CaptureBytes.withFile(of: file.bytes) { path in
            let expected = Reading.libpcap(path)
            for capacity in [128, 200, 1000, 1 << 18] {
                for ahead in [0, 1, 2, 5] {
                    let ours = Reading.ours(path, capacity: capacity, ahead: ahead)
                    #expect(ours.common == expected)
                    #expect(ours.walked == 3000)
                }
            }
        }
    }

    @Test func aFilterAndTheLibraryAreTheSame() throws {
        var file = CaptureBytes()
        for index in 0..<100 { file.addFrame([UInt8](repeating: 0, count: 20 + index)) }
        try CaptureBytes.withFile(of: file.bytes) { path in
            #expect(Reading.ours(path, filter: "greater 60").common == Reading.libpcap(path, filter: "greater 60"))
            let library = Reading.ours(path, byLibrary: true)
            #expect(library.common == Reading.libpcap(path))
            #expect(library.walked == 0)
        }
    }

    @Test func blocksOfPcapng() throws {
        for isSwapped in [false, true] {
            var file = PcapngBytes(bigEndian: isSwapped)
            file.section()
            file.interface(name: "eth0", resolution: nil)
            file.interface(name: "cali1", resolution: 9)
            file.interface(name: nil, resolution: 3)
            file.block(5, [0, 0, 0, 0])
            for index in 0..<50 {
                let time: [UInt64] = [1_700_000_000_000_123, 1_700_000_000_000_000_123, 1_700_000_000_123]
                file.packet([UInt8](repeating: 9, count: index), interface: UInt32(index % 3), time: time[index % 3])
            }
            file.block(0x0bad, [1, 2, 3, 4])
            let ours = try compare(file.bytes)
            #expect(ours.frames.count == 50)
            #expect(ours.walked == 50)
            #expect(ours.names == ["eth0", "cali1", ""])
            #expect(ours.interfaces.prefix(4) == [0, 1, 2, 0])
            for size in stride(from: file.bytes.count - 40, to: file.bytes.count, by: 1) {
                _ = try compare(Array(file.bytes.prefix(size)))
            }
        }
    }

    @Test func pcapngThatIsLibpcaps() throws {
        func file(_ change: (inout PcapngBytes) -> Void) -> [UInt8] {
            var file = PcapngBytes(bigEndian: false)
            file.section()
            file.interface(name: "a", resolution: 6)
            file.packet([1, 2, 3], interface: 0, time: 5)
            change(&file)
            file.packet([4, 5, 6], interface: 0, time: 6)
            return file.bytes
        }
        _ = try compare(file { $0.section() })
        _ = try compare(file { $0.interface(name: "b", resolution: 6, linkType: 101) })
        _ = try compare(file { $0.interface(name: "b", resolution: 6, snapshotLength: 64) })
        _ = try compare(file { $0.interface(name: "b", resolution: 0x8a) })
        _ = try compare(file { $0.packet([1], interface: 7, time: 1) })
        _ = try compare(file { $0.block(3, [4, 0, 0, 0, 1, 2, 3, 4]) })
        _ = try compare(file { $0.block(3, [5, 0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0]) })
        _ = try compare(file { $0.block(3, [4, 0, 0, 0]) })
        _ = try compare(file { $0.bytes += [6, 0, 0, 0, 13, 0, 0, 0] })
        _ = try compare(file { $0.bytes += [6, 0, 0, 0, 255, 255, 255, 255] })
    }

    /// Frames, bytes, numbers and ends of all shared captures, damaged ones included.
    @Test(.enabled(if: Corpora.captures != nil, "needs the shared captures: set DATAPLANE_PCAPS"))
    func corpusCapturesAreReadAsLibpcapReadsThem() throws {
        let folder = try #require(Corpora.captures)
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var counts = (files: 0, frames: 0, walked: 0)
        for case let file as URL in files where ["pcap", "pcapng", "cap"].contains(file.pathExtension) {
            let ours = Reading.ours(file.path)
            #expect(ours.common == Reading.libpcap(file.path), "\(file.lastPathComponent)")
            #expect(Reading.ours(file.path, ahead: 2).common == ours.common)
            counts.files += 1
            counts.frames += ours.frames.count
            counts.walked += ours.walked
        }
        print("read \(counts.files) captures, \(counts.frames) frames, \(counts.walked) of them without libpcap")
        #expect(counts.files > 400)
        #expect(counts.walked * 2 > counts.frames)
    }
}

/// Writes pcapng files, block by block.
private struct PcapngBytes {
    var bytes: [UInt8] = []
    let bigEndian: Bool

    init(bigEndian: Bool) { self.bigEndian = bigEndian }

    private func encoded(_ value: some FixedWidthInteger) -> [UInt8] {
        let little = (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        return bigEndian ? little.reversed() : little
    }

    mutating func block(_ type: UInt32, _ body: [UInt8]) {
        let length = UInt32(12 + body.count)
        bytes += encoded(type) + encoded(length) + body + encoded(length)
    }

    mutating func section() {
        block(0x0a0d_0d0a, encoded(UInt32(0x1a2b_3c4d)) + encoded(UInt16(1)) + encoded(UInt16(0)) + encoded(UInt64.max))
    }

    mutating func interface(
        name: String?, resolution: UInt8?, linkType: UInt16 = 1, snapshotLength: UInt32 = 65535
    ) {
        var body = encoded(linkType) + encoded(UInt16(0)) + encoded(snapshotLength)
        if let name { body += encoded(UInt16(2)) + encoded(UInt16(name.utf8.count)) + padded(Array(name.utf8)) }
        if let resolution { body += encoded(UInt16(9)) + encoded(UInt16(1)) + padded([resolution]) }
        body += encoded(UInt32(0))
        block(1, body)
    }

    mutating func packet(_ data: [UInt8], interface: UInt32, time: UInt64) {
        let head = encoded(interface) + encoded(UInt32(time >> 32)) + encoded(UInt32(truncatingIfNeeded: time))
        block(6, head + encoded(UInt32(data.count)) + encoded(UInt32(data.count)) + padded(data))
    }

    private func padded(_ data: [UInt8]) -> [UInt8] { data + [UInt8](repeating: 0, count: (4 - data.count % 4) % 4) }
}
