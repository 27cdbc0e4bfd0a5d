import NetTypes
import Testing

@Suite struct DomainTableTests {
    private func record(_ name: String, _ address: UInt32, _ timeToLive: UInt32?, frame: Int = 1) -> DomainRecord {
        DomainRecord(name: name, address: IPAddress(v4: address), timeToLive: timeToLive, origin: .answer(frame: frame))
    }

    private func patterns(_ texts: String...) -> [DomainPattern] { texts.compactMap { DomainPattern($0) } }

    @Test func anAddressOfTwoNamesStaysUntilBothAreGone() {
        var table = DomainTable()
        table.insert(record("a.x", 1, 10))
        table.insert(record("b.x", 1, 20))
        #expect(table.record(of: IPAddress(v4: 1), in: patterns("*.x"))?.name == "a.x")
        table.remove(IPAddress(v4: 1), of: "a.x")
        #expect(table.record(of: IPAddress(v4: 1), in: patterns("*.x"))?.name == "b.x")
        #expect(table.record(of: IPAddress(v4: 1), in: patterns("a.x")) == nil)
        table.remove(IPAddress(v4: 1), of: "b.x")
        table.remove(IPAddress(v4: 1), of: "b.x")
        #expect(table.record(of: IPAddress(v4: 1), in: patterns("*.x")) == nil)
    }

    @Test func recordsAreOnePerAddressTheLongestLived() {
        var table = DomainTable()
        table.insert(record("a.x", 2, 10))
        table.insert(record("b.x", 2, nil))
        table.insert(record("c.y", 1, 5))
        table.insert(record("c.y", 1, 7, frame: 9))
        let found = table.records(of: patterns("*.x", "c.y", "d.z"))
        #expect(found.map(\.address) == [IPAddress(v4: 1), IPAddress(v4: 2)])
        #expect(found.map(\.timeToLive) == [7, nil])
        #expect(found[0].origin == .answer(frame: 9))
        #expect(table.records(of: patterns("d.z")).isEmpty)
    }

    @Test func evidenceReadsAsASentence() throws {
        let address = try #require(IPAddress("203.0.113.5"))
        var record = DomainRecord(
            name: "api.example.com", address: address, timeToLive: 60, origin: .answer(frame: 17))
        #expect("\(record)" == "203.0.113.5 answered for api.example.com in frame 17, TTL 60 s")
        record.timeToLive = nil
        record.origin = .mapping(place: "domains.yaml:3")
        #expect("\(record)" == "203.0.113.5 is mapped to api.example.com (domains.yaml:3)")
    }
}
