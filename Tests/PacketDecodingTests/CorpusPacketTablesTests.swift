import Capture
import Foundation
import PacketDecoding
import TestSupport
import Testing

@Suite struct CorpusPacketTablesTests {
    @Test(.enabled(if: Corpora.captures != nil, "no captures"), arguments: ["traffic", "linktypes", "malformed"])
    func explore(folder: String) throws {
        let captures = try #require(Corpora.captures)
        var frames = 0
        var equal = 0
        for file in try captureFiles(in: captures.appending(path: folder)) {
            guard var reader = try? CaptureReader(path: file.path) else { print("REFUSED", file.lastPathComponent); continue }
            guard let link = LinkLayer(dataLinkType: reader.linkType.number) else {
                print("UNSUPPORTED", file.lastPathComponent, reader.linkType)
                continue
            }
            let decoder = FrameDecoder(link)
            let table = try PeerTable(of: file)
            var index = 0
            while true {
                let more: Void? = reader.nextFrame { (frame, bytes) in
                    guard index < table.rows.count else { print("DIFF", file.lastPathComponent, "no row", frame.number); return }; let row = table.rows[index]
                    index += 1
                    let decoded: Result<DecodedPacket, DecodeError>
                    do throws(DecodeError) {
                        decoded = .success(try decoder.decode(bytes, originalLength: frame.originalLength))
                    } catch {
                        decoded = .failure(error)
                    }
                    let cells = PacketTable.cells(
                        .init(
                            number: frame.number, timestamp: frame.timestamp, capturedLength: frame.capturedLength,
                            originalLength: frame.originalLength), decoded)
                    frames += 1
                    let differing = zip(PacketTable.columns, cells).filter { row[$0] != $1 }
                    if differing.isEmpty {
                        equal += 1
                    } else {
                        print(
                            "DIFF", file.lastPathComponent, frame.number, "mal", row["malformed"]!,
                            differing.map { "\($0): ours \($1) peer \(row[$0]!)" }.joined(separator: "; "),
                            row["protocols"]!.prefix(60))
                    }
                }
                if more == nil { break }
            }
        }
        print("TOTAL", folder, frames, equal)
    }
}
