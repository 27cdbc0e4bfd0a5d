import Foundation
import Testing

@testable import KernelVerification

@Suite(.enabled(if: getuid() == 0, "needs root")) struct NftBatchTests {
    /// A rule for a chain that does not exist: the kernel names the message by the sender's number.
    @Test func refusalNamesTheMessage() throws {
        let node = try KernelNode(NodeLayout(interfaces: []))
        var sequence: UInt32 = 100
        var batch = NftBatch {
            sequence += 1
            return sequence
        }
        batch.begin()
        batch.newTable("t")
        batch.rule("t", "absent") { $0.verdict(0) }
        batch.end()
        #expect(
            throws: KernelHarnessError.refused([
                RefusedMessage(sequence: 103, errno: ENOENT, attributeOffset: 28, text: nil)
            ])
        ) { try node.load(batch: batch.bytes) }
        #expect(try node.listing().isEmpty, "all of a batch or nothing")
    }
}
