import Capture
import Foundation
import PacketDecoding
import TestSupport
import Testing

/// Every frame of every shared capture through decoding, tracking facts and reassembly.
@Suite struct CorpusReassemblyTests {
    private struct Tally {
        var frames = 0
        var fragments = 0
        var datagrams = 0
        var inDatagrams = 0
        var inIncomplete = 0
        var passedAlone = 0
        var reasons: [String: Int] = [:]
    }

    @Test(
        .enabled(if: Corpora.captures != nil, "needs the shared captures: set DATAPLANE_PCAPS"),
        arguments: ["traffic", "linktypes", "malformed"])
    func everyFragmentIsAccountedForOnce(folder: String) throws {
        let captures = try #require(Corpora.captures)
        var tally = Tally()
        for file in try captureFiles(in: captures.appending(path: folder)) {
            run(file, &tally)
        }
        #expect(tally.frames > 1000)
        #expect(tally.fragments == tally.inDatagrams + tally.inIncomplete + tally.passedAlone)
        let reasons = tally.reasons.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        print(
            "reassembly, \(folder): \(tally.frames) frames, \(tally.fragments) fragments, \(tally.datagrams) datagrams of "
                + "\(tally.inDatagrams), \(tally.passedAlone) alone, incomplete \(tally.inIncomplete) (\(reasons))")
    }

    private func run(_ file: URL, _ tally: inout Tally) {
        guard var reader = try? CaptureReader(path: file.path),
            let link = LinkLayer(dataLinkType: reader.linkType.number)
        else { return }
        let decoder = FrameDecoder(link)
        var defragmenter = Defragmenter()
        func note(_ incomplete: [IncompleteDatagram]) {
            for datagram in incomplete {
                tally.inIncomplete += datagram.frames.count
                tally.reasons[datagram.reason.word, default: 0] += datagram.frames.count
            }
        }
        while reader.nextFrame({ frame, bytes in
            tally.frames += 1
            do throws(DecodeError) {
                let packet = try decoder.decode(bytes, originalLength: frame.originalLength)
                _ = packet.tracking(in: bytes)
                let outcome = defragmenter.add(packet, bytes: bytes, frame: frame.number, timestamp: frame.timestamp)
                if outcome != .notFragment { tally.fragments += 1 }
                switch outcome {
                case .complete(let datagram):
                    tally.datagrams += 1
                    tally.inDatagrams += datagram.frames.count + datagram.duplicates.count
                    _ = datagram.packet.tracking(in: datagram.bytes.span)
                case .passedAlone: tally.passedAlone += 1
                case .held, .notFragment: break
                }
            } catch {
                // Counted by the packet table tests.
            }
            note(defragmenter.takeIncomplete())
            return true
        }) != nil {}
        note(defragmenter.finish())
    }
}
