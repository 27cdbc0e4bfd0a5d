import Matching
import NetTypes
import NetworkTopology
import Testing

@testable import PacketDecoding

/// The connection table opens an SCTP entry exactly where the decoder's facts, which were measured on the kernel, say
/// that it does.
@Suite struct SCTPOpeningTests {
    @Test func opensWhatTheKernelOpens() {
        var opened = 0
        for chunks in UInt16.zero...UInt16.max {
            guard chunks.nonzeroBitCount <= 3, chunks != 0 else { continue }
            for first in 0..<16 where chunks & 1 << first != 0 {
                for tag in [UInt32(0), 7] {
                    let initiates = chunks & 0b110 != 0
                    let facts = SCTPFacts(
                        verificationTag: tag, firstChunk: UInt8(first), chunks: SCTPFacts.ChunkSet(rawValue: chunks),
                        initiateTag: initiates ? 9 : nil)
                    let segment = SCTPSegment(
                        verificationTag: tag, firstChunk: UInt8(first), chunks: chunks, initiateTag: initiates ? 9 : nil
                    )
                    let isSolitary = chunks & 0b110 == 0 || chunks.nonzeroBitCount == 1
                    // COOKIE-ECHO and COOKIE-ACK lead their packet.
                    let isLed = chunks & 0b1100_0000_0000 == 0 || first == 10 || first == 11
                    guard isSolitary, isLed else { continue }
                    var flows = FlowTable(capacity: 4)
                    let key = FlowKey.ports(.sctp, from: IPAddress(v4: 1), 1, to: IPAddress(v4: 2), 2)
                    let state = flows.begin(key, .sctp(segment), at: NodeIndex(0), time: 0).state
                    #expect((state == .new) == facts.startsEntry, "chunks \(chunks) first \(first) tag \(tag)")
                    opened += state == .new ? 1 : 0
                }
            }
        }
        #expect(opened > 10)
    }
}
