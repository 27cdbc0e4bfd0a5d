import Capture
import Foundation
import PacketDecoding
import TestSupport
import Testing

/// Every frame of the shared captures, column for column as the peer decoder has it, tshark's `malformed` rows
/// included. What differs is listed with its reason in `KnownDifferences`, and the list must be exact.
@Suite struct CorpusPacketTablesTests {
    @Test(
        .enabled(if: Corpora.captures != nil, "needs the shared captures: set DATAPLANE_PCAPS"),
        arguments: [
            ("traffic", 44_934, KnownDifferences.traffic), ("linktypes", 4_573, KnownDifferences.linktypes),
            ("malformed", 1_312, KnownDifferences.malformed),
        ])
    func rowsEqualThePeersTable(folder: String, frames: Int, known: [KnownDifference]) throws {
        let captures = try #require(Corpora.captures)
        var found: [Difference] = []
        var compared = 0
        for file in try captureFiles(in: captures.appending(path: folder)) {
            compared += try compare(file, &found)
        }
        #expect(compared == frames)
        let expected = known.map { Difference(file: $0.file, frame: $0.frame, columns: $0.columns) }
        for difference in found where !expected.contains(difference) {
            Issue.record("not in the list: \(difference)")
        }
        for difference in expected where !found.contains(difference) {
            Issue.record("listed, but equal now: \(difference)")
        }
        print("packet tables, \(folder): \(compared) frames, \(found.count) differ, each with its reason")
    }

    private struct Difference: Equatable {
        var file: String
        var frame: Int
        var columns: String
    }

    /// Appends the differing frames of one capture; returns how many were compared. Link types that are not decoded
    /// have none.
    private func compare(_ file: URL, _ found: inout [Difference]) throws -> Int {
        let name = file.lastPathComponent
        guard var reader = try? CaptureReader(path: file.path),
            let link = LinkLayer(dataLinkType: reader.linkType.number)
        else { return 0 }
        let decoder = FrameDecoder(link)
        let rows = try PeerTable(of: file).rows
        while let cells = reader.nextFrame({ frame, bytes in tableCells(frame, bytes, decoder) }) {
            let number = reader.framesRead
            try #require(number <= rows.count, "\(name)")
            let row = rows[number - 1]
            let columns = zip(PacketTable.columns, cells).filter { row[$0] != $1 }.map(\.0)
            if !columns.isEmpty {
                found.append(Difference(file: name, frame: number, columns: columns.joined(separator: " ")))
            }
        }
        return reader.framesRead
    }

    private func tableCells(_ frame: CapturedFrame, _ bytes: Span<UInt8>, _ decoder: FrameDecoder) -> [String] {
        let decoded: Result<DecodedPacket, DecodeError>
        do throws(DecodeError) {
            decoded = .success(try decoder.decode(bytes, originalLength: frame.originalLength))
        } catch {
            decoded = .failure(error)
        }
        return PacketTable.cells(
            PacketTable.Frame(
                number: frame.number, timestamp: frame.timestamp, capturedLength: frame.capturedLength,
                originalLength: frame.originalLength),
            decoded)
    }
}
