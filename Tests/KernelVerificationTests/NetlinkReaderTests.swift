import TestSupport
import Testing

@testable import KernelVerification

@Suite struct NetlinkReaderTests {
    @Test func readsWhatTheWriterWrites() throws {
        var message = NetlinkMessage(type: 0x0a06, flags: 5, sequence: 77, body: [1, 0, 0, 0])
        message.append(1, text: "abc")
        message.append(2) { $0.append(3, UInt32(0x0102_0304).networkOrder) }
        let read = try #require(Array(ReceivedMessages(message.bytes[...])).first)
        #expect(read.type == 0x0a06 && read.flags == 5 && read.sequence == 77)
        let attributes = read.attributes(after: 4)
        #expect(attributes.text(1) == "abc")
        let nested = attributes.first(2) ?? []
        #expect(NetlinkAttributes(nested).first(3).flatMap { UInt32(networkOrder: $0) } == 0x0102_0304)
    }

    /// Lengths come from outside: whatever they claim, reading ends within the bytes.
    @Test func survivesAnyBytes() {
        var random = SeededGenerator(seed: 7)
        var total = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 0..<64, using: &random)
            let likely: [UInt8] = [0, 0, 0, 0, 0, 1, 4, 8, 16, 20, 36, 255]
            let bytes = (0..<count).map { _ in likely[Int.random(in: likely.indices, using: &random)] }
            for message in ReceivedMessages(bytes[...]) {
                total += message.bytes.count
                for attribute in message.attributes(after: 4) { total += attribute.value.count }
                _ = RefusedMessage(message)
                _ = PacketLog.Entry(message)
            }
        }
        #expect(total > 0)
    }
}
