import Foundation
import PacketDecoding
import TestSupport
import Testing

@testable import TraceReplay

@Suite(.enabled(if: Corpora.captures != nil, "needs the shared captures ($DATAPLANE_PCAPS)"))
struct CorpusRobustnessTests {
    /// Every capture there is, well-formed or not: replayed to its end, one row per frame, every frame counted once.
    @Test func everyCaptureIsReplayedToItsEnd() throws {
        let folder = try #require(Corpora.captures)
        let world = ReplayWorld()
        var settings = ReplaySettings()
        settings.listsPackets = true
        var (captures, refused, frames) = (0, 0, 0)
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() {
            guard path.hasSuffix("cap") || path.hasSuffix("pcapng") else { continue }
            let session: ReplaySession
            do throws(ReplayError) {
                session = try ReplaySession(
                    path: folder.appending(path: path).path, tree: world.tree, settings: settings)
            } catch {
                #expect(!"\(error)".isEmpty)
                refused += 1
                continue
            }
            let (rows, report) = run(session)
            #expect(rows == Array(1..<(report.capture.frames + 1)), "\(path)")
            #expect(report.verdicts.total + report.copies == report.capture.frames, "\(path)")
            captures += 1
            frames += rows.count
        }
        print("replayed \(captures) captures, \(frames) frames; \(refused) refused")
        #expect(captures > 300)
    }

    /// The frame numbers of all rows, and the report.
    private func run(_ session: consuming ReplaySession) -> ([Int], ReplayReport) {
        var session = session
        var rows: [Int] = []
        while session.step(frames: 1000) { rows += session.takeRows().map(\.frame) }
        rows += session.takeRows().map(\.frame)
        return (rows, session.report())
    }
}
