import TestSupport
import Testing

@testable import NftablesKernel

@Suite struct NetlinkReplyTests {
    private static func number(_ value: UInt32, _ count: Int) -> [UInt8] {
        let ordered = value.littleEndian
        return (0..<count).map { UInt8(truncatingIfNeeded: ordered >> UInt32($0 * 8)) }
    }

    private static func header(_ length: Int, type: UInt32, flags: UInt32, sequence: UInt32) -> [UInt8] {
        number(UInt32(length), 4) + number(type, 2) + number(flags, 2) + number(sequence, 4) + number(0, 4)
    }

    /// An answer to message 7: EEXIST at byte 44, with a text.
    private static let refusal: [UInt8] = {
        let code = number(UInt32(bitPattern: -17), 4)
        let echoed = header(100, type: 0xa0c, flags: 5, sequence: 7)
        let text = number(4 + 5, 2) + number(1, 2) + Array("oops\0".utf8) + [0, 0, 0]
        let offset = number(8, 2) + number(2, 2) + number(44, 4)
        let body = code + echoed + text + offset
        return header(16 + body.count, type: 2, flags: 0x300, sequence: 7) + body
    }()

    private func verdicts(_ bytes: [UInt8]) -> [NetlinkVerdict] {
        NetlinkReply.messages(in: bytes).compactMap { NetlinkVerdict($0, in: bytes) }
    }

    @Test func refusalWithExplanation() {
        let verdict = verdicts(Self.refusal).first
        #expect(verdict?.code == 17)
        #expect(verdict?.sequence == 7)
        #expect(verdict?.text == "oops")
        #expect(verdict?.attributeOffset == 44)
    }

    @Test func severalMessagesInOneDatagram() {
        let ack = Self.header(20, type: 2, flags: 0, sequence: 9) + Self.number(0, 4)
        #expect(verdicts(Self.refusal + ack + Self.refusal).map(\.code) == [17, 0, 17])
    }

    @Test func tornAndRandomBytesAreNoTrap() {
        for length in 0..<Self.refusal.count { _ = verdicts(Array(Self.refusal.prefix(length))) }
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            var bytes = Self.refusal + Self.refusal
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = verdicts(bytes)
        }
    }

    @Test func userDataRoundTrip() {
        var data = UserData()
        data.append(UserData.comment, "gnp/a ingress[0] p.yaml:3")
        data.append(UserData.site, networkOrder: 0x0102_0304)
        #expect(data.text(UserData.comment) == "gnp/a ingress[0] p.yaml:3")
        #expect(data.networkOrderNumber(UserData.site) == 0x0102_0304)
        #expect(data.value(0x70) == nil)
        for length in 0..<data.bytes.count {
            let torn = UserData(parsing: Array(data.bytes.prefix(length)))
            #expect(torn.networkOrderNumber(UserData.site) == nil)
        }
    }

    @Test func errnoInWords() {
        #expect(ErrnoText.text(1) == "operation not permitted (EPERM)")
        #expect(ErrnoText.text(9999) == "error 9999")
    }
}
