import Capture
import Foundation
import Testing

@Suite struct CaptureReaderTests {
    /// A UDP packet in Ethernet, 42 bytes, to destination port `port`.
    private func udpFrame(port: UInt8) -> [UInt8] {
        let ethernet: [UInt8] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0]
        let ip: [UInt8] = [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
        return ethernet + ip + [0, 9, 0, port, 0, 8, 0, 0]
    }

    private struct Read: Equatable {
        var frames: [CapturedFrame] = []
        var data: [[UInt8]] = []
        var end: CaptureEnd?
    }

    private func readAll(_ bytes: [UInt8], filter: String? = nil) throws -> Read {
        try CaptureBytes.withFile(of: bytes) { path in
            var reader = try CaptureReader(path: path, filter: filter)
            var result = Read()
            while let (frame, data) = reader.nextFrame({ ($0, $1.indices.map { [bytes = $1] in bytes[$0] }) }) {
                result.frames.append(frame)
                result.data.append(data)
            }
            result.end = reader.end
            #expect(reader.nextFrame { frame, _ in frame } == nil)
            return result
        }
    }

    private func openError(_ bytes: [UInt8], filter: String? = nil) throws -> CaptureError? {
        try CaptureBytes.withFile(of: bytes) { path in
            do throws(CaptureError) {
                _ = try CaptureReader(path: path, filter: filter)
                return nil
            } catch {
                return error
            }
        }
    }

    @Test func framesComeInOrderWithNanoseconds() throws {
        var file = CaptureBytes(magic: 0xa1b2_3c4d)
        file.addFrame([1, 2, 3], seconds: 1_700_000_000, fraction: 123_456_789, length: 90)
        file.addFrame([4], seconds: 1_700_000_001, fraction: 5)
        let read = try readAll(file.bytes)
        #expect(read.data == [[1, 2, 3], [4]])
        #expect(read.end == .complete)
        #expect(read.frames[0].timestamp == 1_700_000_000_123_456_789)
        #expect(read.frames[0].capturedLength == 3)
        #expect(read.frames[0].originalLength == 90)
        #expect(read.frames.map(\.number) == [1, 2])
        #expect(read.frames[1].timestamp == 1_700_000_001_000_000_005)
    }

    @Test func microsecondsAndBigEndianFilesAreScaled() throws {
        var file = CaptureBytes(bigEndian: true)
        file.addFrame([1], seconds: 7, fraction: 250_000)
        #expect(try readAll(file.bytes).frames.map(\.timestamp) == [7_250_000_000])
    }

    @Test func secondsAreUnsigned() throws {
        var file = CaptureBytes()
        file.addFrame([1], seconds: 4_294_967_295, fraction: 999_999)
        #expect(try readAll(file.bytes).frames.map(\.timestamp) == [4_294_967_295_999_999_000])
    }

    @Test func aFilterKeepsTheNumbersOfTheFile() throws {
        var file = CaptureBytes()
        for port in [53, 80, 53, 81] as [UInt8] { file.addFrame(udpFrame(port: port)) }
        let read = try readAll(file.bytes, filter: "udp dst port 53")
        #expect(read.frames.map(\.number) == [1, 3])
        try CaptureBytes.withFile(of: file.bytes) { path in
            var reader = try CaptureReader(path: path, filter: "udp dst port 81")
            #expect(reader.nextFrame { frame, _ in frame.number } == 4)
            #expect(reader.framesRead == 4)
            #expect(reader.framesFiltered == 3)
        }
    }

    @Test func aBadFilterSaysWhy() throws {
        let error = try #require(try openError(CaptureBytes().bytes, filter: "port nonsense"))
        #expect(error.code == .filter)
        #expect(error.detail.contains("nonsense"))
    }

    @Test func linkTypesHaveNames() throws {
        try CaptureBytes.withFile(of: CaptureBytes(linkType: 113, snapshotLength: 96).bytes) { path in
            let reader = try CaptureReader(path: path)
            #expect(reader.linkType.description == "LINUX_SLL (113)")
            #expect(reader.linkType.summary == "Linux cooked v1")
            #expect(reader.snapshotLength == 96)
        }
        try CaptureBytes.withFile(of: CaptureBytes(linkType: 160).bytes) { path in
            let linkType = try CaptureReader(path: path).linkType
            #expect(linkType.name == "DLT_160")
        }
    }

    @Test func aTruncatedTailComesAfterAllCompleteFrames() throws {
        var file = CaptureBytes()
        file.addFrame([1, 2])
        file.addFrame([3, 4, 5])
        for cut in [1, 3, 10] {
            let read = try readAll(Array(file.bytes.dropLast(cut)))
            #expect(read.data == [[1, 2]])
            guard case .truncated(let message) = read.end else {
                Issue.record("cut by \(cut): \(String(describing: read.end))")
                continue
            }
            #expect(message.contains("only got"))
        }
    }

    @Test func anImpossibleLengthIsDamage() throws {
        var file = CaptureBytes(snapshotLength: 100)
        file.addFrame([1])
        file.add(UInt64(0))
        file.add(UInt32.max)
        file.add(UInt32.max)
        let read = try readAll(file.bytes)
        #expect(read.data == [[1]])
        guard case .damaged(let message) = read.end else {
            Issue.record("\(String(describing: read.end))")
            return
        }
        #expect(message.contains("invalid packet capture length"))
    }

    @Test func whatIsNoCaptureIsRefused() throws {
        #expect(try openError([])?.code == .empty)
        #expect(try openError([0xd4, 0xc3, 0xb2, 0xa1, 2, 0])?.code == .headerCut)
        #expect(try openError(Array("hello, world\n".utf8))?.code == .notACapture)
        #expect(try openError(CaptureBytes(major: 3).bytes)?.code == .notACapture)
        #expect(try openError([0x1f, 0x8b, 8, 0, 0])?.code == .compressed(.gzip))
        #expect(try openError([0x28, 0xb5, 0x2f, 0xfd, 0])?.code == .compressed(.zstd))
        #expect(try openError([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])?.code == .compressed(.xz))
    }

    @Test func missingFilesAndDirectories() throws {
        func error(opening path: String) -> CaptureError? {
            do throws(CaptureError) {
                _ = try CaptureReader(path: path)
                return nil
            } catch {
                return error
            }
        }
        let missing = error(opening: "/nowhere/x.pcap")
        #expect(missing?.code == .missing)
        #expect(missing?.path == "/nowhere/x.pcap")
        #expect(error(opening: "/")?.description == "is a directory, not a capture file")
    }

    @Test func aPipeIsReadLikeAFile() throws {
        var file = CaptureBytes()
        for _ in 0..<3 { file.addFrame(udpFrame(port: 1)) }
        let pipe = FileManager.default.temporaryDirectory.appending(path: "capture-\(UUID().uuidString).fifo")
        let status = unsafe mkfifo(pipe.path, 0o600)
        try #require(status == 0)
        defer { try? FileManager.default.removeItem(at: pipe) }
        let bytes = Data(file.bytes)
        let writer = Thread { try? bytes.write(to: pipe) }
        writer.start()
        var reader = try CaptureReader(path: pipe.path)
        #expect(reader.progress == nil)
        var count = 0
        while reader.nextFrame({ _, bytes in bytes.count }) == 42 { count += 1 }
        #expect(count == 3)
        #expect(reader.end == .complete)
    }

    @Test func aDashIsStandardInput() async {
        await #expect(processExitsWith: .success) {
            var file = CaptureBytes()
            file.addFrame([1, 2, 3])
            let sum = try CaptureBytes.withFile(of: file.bytes) { path in
                let descriptor = unsafe open(path, O_RDONLY)
                try #require(dup2(descriptor, STDIN_FILENO) == STDIN_FILENO)
                var reader = try CaptureReader(path: "-")
                return reader.nextFrame { _, bytes in bytes[0] + bytes[1] + bytes[2] }
            }
            try #require(sum == 6)
        }
    }

    @Test func progressReachesTheSizeOfTheFile() throws {
        var file = CaptureBytes()
        file.addFrame([UInt8](repeating: 0, count: 100))
        file.addFrame([UInt8](repeating: 0, count: 100))
        try CaptureBytes.withFile(of: file.bytes) { path in
            var reader = try CaptureReader(path: path)
            _ = reader.nextFrame { frame, _ in frame }
            #expect(reader.progress == CaptureProgress(bytesRead: 140, totalBytes: 256))
            while reader.nextFrame({ frame, _ in frame }) != nil {}
            #expect(reader.progress == CaptureProgress(bytesRead: 256, totalBytes: 256))
        }
    }

    @Test func whatTheBodyThrowsIsPassedOn() throws {
        struct Stop: Error {}
        var file = CaptureBytes()
        file.addFrame([1])
        file.addFrame([2])
        try CaptureBytes.withFile(of: file.bytes) { path in
            var reader = try CaptureReader(path: path)
            var isPassedOn = false
            do throws(Stop) {
                _ = try reader.nextFrame { (_, _) throws(Stop) -> Int in throw Stop() }
            } catch {
                isPassedOn = true
            }
            #expect(isPassedOn)
            #expect(reader.nextFrame { frame, _ in frame.number } == 2)
        }
    }
}
