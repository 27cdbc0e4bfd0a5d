import Capture
import Foundation
import Matching
import NetTypes
import NetworkTopology
import PacketDecoding
import Testing

@testable import TraceReplay

@Suite(.enabled(if: TraceCorpus.isThere, "\(TraceCorpus.reason)")) struct CorpusConntrackTests {
    /// The flow table names the state of every frame that Felix's node judged, when told which frames passed.
    @Test func statesOfAllTracesAreThoseOfTheKernelsModel() throws {
        let cases = try TraceCorpus.cases()
        var frames = 0
        var differences: [String] = []
        for testCase in cases {
            var table = FlowTable()
            var capture = try CaptureReader(path: testCase.trace.path)
            let decoder = FrameDecoder(
                try #require(LinkLayer(dataLinkType: capture.linkType.number)))
            for expected in testCase.frames {
                let found = try capture.nextFrame { frame, bytes throws -> FlowState in
                    let packet = try decoder.decode(bytes, originalLength: frame.originalLength)
                    let facts = try #require(ConnectionFacts(packet.tracking(in: bytes)))
                    let tracking = table.begin(
                        packet.flowKey, facts, at: NodeIndex(0), time: frame.timestamp)
                    if expected.verdict == "allow" { table.confirm(tracking, time: frame.timestamp) }
                    return tracking.state
                }
                let state = try #require(found)
                frames += 1
                // The model of the corpus writes `invalid` for neighbour discovery, which the kernel does not track.
                if state == .untracked, expected.state == "invalid", expected.kind == "one" { continue }
                if state.word != expected.state {
                    differences.append("\(testCase.name) frame \(frames): \(state.word), expected \(expected.state)")
                }
            }
            #expect(capture.end == nil || capture.end == .complete)
        }
        #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(10))")
        #expect(cases.count > 0)
        #expect(frames > 0)
    }
}
