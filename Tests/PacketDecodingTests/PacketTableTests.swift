import NetTypes
import PacketDecoding
import Testing

@Suite struct PacketTableTests {
    private let frame = PacketTable.Frame(
        number: 7, timestamp: 1_700_000_000_000_000_042, capturedLength: 28, originalLength: 60)

    private func line(_ bytes: [UInt8], link: LinkLayer = .raw) -> String {
        do throws(DecodeError) {
            return PacketTable.line(frame, .success(try FrameDecoder(link).decode(bytes)))
        } catch {
            return PacketTable.line(frame, .failure(error))
        }
    }

    @Test func columnsAreThoseOfTheSharedTables() {
        #expect(
            PacketTable.headerLine
                == "frame,ts,capLen,origLen,ipVersion,proto,src,sport,dst,dport,icmpType,icmpCode,frag,tcpFlags,ipLen,vlan"
        )
    }

    @Test func rows() throws {
        let start = "7,1700000000.000000042,28,60,"
        #expect(line(TestFrames.ipv4) == start + "4,17,10.0.0.1,1000,10.0.0.2,53,,,0,,28,")
        #expect(line(TestFrames.ipv6) == start + "6,17,fd00::1,1000,fd00::2,53,,,0,,,")
        let syn = try PacketEncoding.packet(
            .ports(.tcp, from: TestFrames.address("10.0.0.1"), 1, to: TestFrames.address("10.0.0.2"), 2))
        let tagged = TestFrames.macs + hex("8100 0064 0800") + syn
        #expect(line(tagged, link: .ethernet) == start + "4,6,10.0.0.1,1,10.0.0.2,2,,,0,0x0002,40,100")
        let ping = try PacketEncoding.packet(
            .icmp(from: TestFrames.address("10.0.0.1"), to: TestFrames.address("10.0.0.2"), type: 8, code: 0))
        #expect(line(ping) == start + "4,1,10.0.0.1,,10.0.0.2,,8,0,0,,28,")
        #expect(line(TestFrames.macs + hex("0806") + [0, 1], link: .ethernet) == start + ",,,,,,,,,,,")
        #expect(line(TestFrames.macs + hex("8100 0064 0806"), link: .ethernet) == start + ",,,,,,,,,,,100")
    }

    @Test func everyRowHasAllColumns() {
        for bytes in [TestFrames.ipv4, TestFrames.ipv6, []] {
            #expect(line(bytes).split(separator: ",", omittingEmptySubsequences: false).count == 16)
        }
    }

    @Test(arguments: [
        (Int64(0), "0.000000000"), (1, "0.000000001"), (-1, "-1.999999999"), (-1_000_000_000, "-1.000000000"),
        (.max, "9223372036.854775807"),
    ])
    func times(timestamp: Int64, text: String) {
        let frame = PacketTable.Frame(number: 1, timestamp: timestamp, capturedLength: 0, originalLength: 0)
        let error = failure(.raw, [])
        #expect(error.map { PacketTable.cells(frame, .failure($0))[1] } == text)
    }
}
