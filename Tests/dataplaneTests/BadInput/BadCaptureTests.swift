import Foundation
import TestSupport
import Testing

/// Captures that are cut, foreign or of a kind that nobody decodes, before the built program.
@Suite struct BadCaptureTests {
    private static let manifests = Corpora.checkout.appending(path: "Tests/Scenarios/000-a-pod-labels/manifests").path

    /// Replays and lists `bytes` as the file `t.pcap` of the current directory.
    private func read(_ bytes: [UInt8]) throws -> (replay: ProgramRun, packets: ProgramRun) {
        let folder = try TemporaryFolder()
        try Data(bytes).write(to: folder.url.appending(path: "t.pcap"))
        return (
            try runDataplane(["replay", "t.pcap", "-f", Self.manifests, "-o", "json"], in: folder.url),
            try runDataplane(["packets", "t.pcap"], in: folder.url)
        )
    }

    @Test func aCutCaptureIsReportedWithAWarning() throws {
        let whole = SmallCapture(linkType: 101, frames: 2)
        let (replay, packets) = try read(whole.bytes.dropLast(5))
        for run in [replay, packets] {
            #expect(run.status == 0)
            #expect(run.stderr.hasPrefix("warning: t.pcap: truncated dump file; tried to read 20 captured bytes"))
        }
        #expect(replay.stdout.contains("\"truncated\""))
        // The head and the one frame that is whole.
        #expect(packets.stdout.split(separator: "\n").count == 2)
        let complete = try read(whole.bytes)
        #expect(complete.replay.stderr == "" && complete.packets.stderr == "")
    }

    @Test(
        arguments: [
            (
                Array("PK\u{3}\u{4} no capture, rather an archive of something".utf8),
                "is not a pcap or pcapng capture ("
            ),
            ([], "is empty, not even a capture's file header is there"),
            (Array(SmallCapture(linkType: 1, frames: 0).bytes.prefix(11)), "ends within the capture's file header ("),
            (SmallCapture(linkType: 105, frames: 1).bytes, "link type IEEE802_11 (105) (802.11) is not supported"),
            ([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3], "is compressed with gzip, which is not read directly"),
            ([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0], "is compressed with zstd, which is not read directly"),
        ] as [([UInt8], String)])
    func whatIsNoReadableCapture(_ bytes: [UInt8], _ message: String) throws {
        let (replay, packets) = try read(bytes)
        for run in [replay, packets] {
            #expect(run.status == 2)
            #expect(run.stdout == "")
            #expect(run.stderr.hasPrefix("error: t.pcap: \(message)"), "\(run.stderr)")
        }
    }

    @Test func compressedCapturesNameTheRemedy() throws {
        let (replay, _) = try read([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3])
        #expect(replay.stderr.contains("    hint: gzip -dc t.pcap | "))
    }

    @Test(arguments: [("absent.pcap", "no such file"), (".", "is a directory, not a capture file")])
    func whatIsNoFile(_ path: String, _ message: String) throws {
        for arguments in [["replay", path, "-f", Self.manifests], ["packets", path]] {
            let run = try runDataplane(arguments)
            #expect(run.status == 2)
            #expect(run.stdout == "")
            #expect(run.stderr.hasPrefix("error: \(path): \(message)"), "\(run.stderr)")
        }
    }

    @Test func aFilterThatIsNotUnderstood() throws {
        let folder = try TemporaryFolder()
        try Data(SmallCapture(linkType: 101, frames: 1).bytes).write(to: folder.url.appending(path: "t.pcap"))
        let run = try runDataplane(["replay", "t.pcap", "-f", Self.manifests, "tpc", "port", "80"], in: folder.url)
        #expect(run.status == 2)
        #expect(run.stderr.hasPrefix("error: t.pcap: the filter expression is not understood: "))
    }
}

/// A capture of the classic format with frames of one IPv4 header each.
private struct SmallCapture {
    private(set) var bytes: [UInt8] = []

    init(linkType: UInt32, frames: Int) {
        let head: [UInt32] = [0xa1b2_c3d4, 4 << 16 | 2, 0, 0, 65535, linkType]
        for word in head { add(word) }
        // 10.65.0.11 to 10.65.0.12, ICMP, no payload.
        let packet: [UInt8] = [0x45, 0, 0, 20, 0, 0, 0, 0, 64, 1, 0, 0, 10, 65, 0, 11, 10, 65, 0, 12]
        for frame in 0..<frames {
            let record: [UInt32] = [UInt32(frame), 0, UInt32(packet.count), UInt32(packet.count)]
            for word in record { add(word) }
            bytes += packet
        }
    }

    private mutating func add(_ word: UInt32) {
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
    }
}
