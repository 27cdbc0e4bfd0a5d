import Capture
import Foundation
import TestSupport
import Testing

/// Every shared capture is read as far as tcpdump reads it, and stops for the same reason.
@Suite struct CorpusCaptureTests {
    private struct Manifest: Decodable {
        struct File: Decodable {
            struct Counts: Decodable {
                struct Libpcap: Decodable {
                    var packets: Int?
                    var message: String
                }
                var libpcap: Libpcap
            }
            var file: String
            /// `nil`: refused.
            var packets: Int?
            var counts: Counts
        }
        var files: [File]
    }

    @Test(.enabled(if: Corpora.captures != nil, "needs the shared captures: set DATAPLANE_PCAPS"))
    func framesAndEndsAreThoseOfTcpdump() throws {
        let folder = try #require(Corpora.captures)
        let data = try Data(contentsOf: folder.appending(path: "MANIFEST.json"))
        let manifest = try JSONDecoder().decode(Manifest.self, from: data)
        try #require(manifest.files.count > 400)
        for file in manifest.files {
            let expected = file.counts.libpcap
            do throws(CaptureError) {
                var reader = try CaptureReader(path: folder.appending(path: file.file).path)
                while reader.nextFrame({ frame, bytes in frame.capturedLength == bytes.count }) == true {}
                // tcpdump itself refuses link types that it cannot print; libpcap opens them.
                if expected.message.contains("unknown data link type") { continue }
                let message = expected.message.replacing("pcap_loop: ", with: "")
                #expect(reader.framesRead == expected.packets, "\(file.file)")
                #expect(reader.end?.message ?? "" == message, "\(file.file)")
            } catch {
                #expect(file.packets == nil, "\(file.file): \(error)")
                #expect(error.detail == expected.message, "\(file.file)")
            }
        }
    }
}
