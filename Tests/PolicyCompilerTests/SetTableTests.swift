import Classification
import NetTypes
import Testing

@testable import PolicyCompiler

struct SetTableTests {
    private func set(_ block: String, meaning: String) throws -> IPSet {
        IPSet(addresses: [try #require(IPPrefix(block))], isDynamic: false, meaning: meaning)
    }

    @Test func equalContentIsOneSetWithAllMeanings() throws {
        var table = SetTable()
        let first = table.intern(try set("10.0.0.0/8", meaning: "b"))
        let second = table.intern(try set("10.0.0.0/8", meaning: "a"))
        #expect(first == second)
        #expect(table.sets.map(\.meanings) == [["a", "b"]])
    }

    @Test("Members whose names collide stay apart, under other names")
    func collidingNames() throws {
        var table = SetTable()
        let first = try set("10.0.0.0/8", meaning: "first")
        let others = try ["10.0.0.1/32", "10.0.0.2/32"].map { try set($0, meaning: $0).named(first.name) }
        let ids = [table.intern(first)] + others.map { table.intern($0) }
        #expect(Set(ids).count == 3)
        #expect(table.sets.map(\.name) == [first.name, first.name + "-2", first.name + "-3"])
        #expect(others.map { table.intern($0) } == Array(ids.dropFirst()))
        #expect(table.sets.count == 3)
    }
}
