import MatchTreeFixtures
import NetTypes
import NftablesRuleset
import Testing

@testable import NftablesKernel

/// The bytes of a batch, without any kernel.
@Suite struct NftBatchTests {
    /// Netlink message types of nf_tables, subsystem 10 (`enum nf_tables_msg_types`), and of the batch.
    private static let names: [UInt16: String] = [
        0x10: "begin", 0x11: "end", 0xa00: "newtable", 0xa02: "deltable", 0xa03: "newchain", 0xa06: "newrule",
        0xa09: "newset", 0xa0c: "newsetelem",
    ]

    private func messages(_ batch: NftBatch) -> [String] {
        NetlinkReply.messages(in: batch.bytes).map { Self.names[$0.type] ?? "type \($0.type)" }
    }

    @Test func orderOfMessages() throws {
        let set = NftSet(name: "cali-p", contents: .protocols([.tcp, .udp]))
        let lookup = NftRule([.match(.lookup([.l4proto], .equal, set: "cali-p")), .verdict(.accept)])
        let table = NftTable(
            sets: [set], chains: [NftChain(name: "cali-a", origin: "", rules: [lookup, lookup])])
        let batch = try NftBatch(replacing: table)
        #expect(
            messages(batch) == [
                "begin", "newtable", "deltable", "newtable", "newchain", "newset", "newsetelem", "newrule", "newrule",
                "end",
            ])
        #expect(batch.labels.count == messages(batch).count)
        #expect(messages(try NftBatch(deletingTableNamed: "dataplane")) == ["begin", "deltable", "end"])
    }

    @Test(arguments: 0..<10) func labelsPointAtTheirMessages(seed: UInt64) throws {
        let batch = try NftBatch(replacing: try NftTable(RandomTree.tree(seed: seed)))
        let messages = NetlinkReply.messages(in: batch.bytes)
        #expect(messages.last?.range.upperBound == batch.bytes.count)
        #expect(messages.map(\.range.lowerBound) == batch.labels.map(\.byteOffset))
        #expect(messages.map(\.sequence) == (1...UInt32(messages.count)).map { $0 })
        #expect(messages.last?.sequence == batch.lastSequence)
        #expect(batch.label(forSequence: 0) == nil)
        #expect(batch.label(forSequence: batch.lastSequence + 1) == nil)
        #expect(try NftBatch(replacing: try NftTable(RandomTree.tree(seed: seed))).bytes == batch.bytes)
    }

    @Test func longListsOfElementsAreSplit() throws {
        let addresses = (0..<2500).map { IPAddress(v6: UInt128($0)) }
        let entries = (0..<1000).map { number in
            NftSet.InterfaceVerdict(
                interface: "cali\(number)", verdict: .goto("cali-" + String(repeating: "x", count: 250)))
        }.sorted { $0.interface < $1.interface }
        let table = NftTable(
            sets: [
                NftSet(name: "cali6-a", contents: .addresses(.v6, addresses)),
                NftSet(name: "cali-m", contents: .interfaceVerdicts(entries)),
            ], chains: [])
        let batch = try NftBatch(replacing: table)
        let lists = NetlinkReply.messages(in: batch.bytes).filter { Self.names[$0.type] == "newsetelem" }
        #expect(lists.count == 3 + 7)
        #expect(lists.allSatisfy { $0.range.count < 65_536 })
    }
}
