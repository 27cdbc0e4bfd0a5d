import NetTypes
import PacketDecoding
import TestSupport
import Testing

@Suite struct DNSResponseTests {
    private let five = IPAddress(v4: 0xcb00_7105)

    private func texts(_ response: DNSResponse?) -> [String] {
        (response?.bindings.list ?? []).map { "\($0.name) \($0.address) \($0.timeToLive)" }
    }

    @Test func addressesOfBothFamilies() throws {
        let six = try #require(IPAddress("2001:db8::5"))
        let message = DNSMessage(
            "API.Example.com",
            [
                .address("API.Example.com", five, timeToLive: 60), .address("api.example.COM", six, timeToLive: 70),
                .other("api.example.com", type: 16, kind: 1, data: [3, 1, 2, 3]),
                .other("api.example.com", type: 1, kind: 3, data: [9, 9, 9, 9]),
            ])
        let response = try #require(DNSResponse(message.bytes))
        #expect(!response.isBroken)
        #expect(texts(response) == ["api.example.com 203.0.113.5 60", "api.example.com 2001:db8::5 70"])
    }

    @Test("An address counts for every alias that leads to it, for the shortest time on the way")
    func aliases() {
        let message = DNSMessage(
            "www.a.com",
            [
                .alias("www.a.com", "edge.b.net", timeToLive: 30), .alias("edge.b.net", "x.c.org", timeToLive: 300),
                .address("x.c.org", five, timeToLive: 100), .address("other.d", IPAddress(v4: 1), timeToLive: 5),
            ])
        #expect(
            texts(DNSResponse(message.bytes)) == [
                "x.c.org 203.0.113.5 100", "edge.b.net 203.0.113.5 100", "www.a.com 203.0.113.5 30",
                "other.d 0.0.0.1 5",
            ])
    }

    @Test func aliasesInACircleEnd() {
        let message = DNSMessage(
            "a", [.alias("a", "b", timeToLive: 9), .alias("b", "a", timeToLive: 9), .address("b", five, timeToLive: 8)])
        #expect(texts(DNSResponse(message.bytes)) == ["b 203.0.113.5 8", "a 203.0.113.5 8"])
    }

    @Test func manyAliasesAreCutOff() throws {
        let records: [DNSMessage.Record] =
            (0..<900).map { .alias("n\($0)", "hub", timeToLive: 1) }
            + (0..<900).map { .address("hub", IPAddress(v4: UInt32($0)), timeToLive: 1) }
        let bindings = try #require(DNSResponse(DNSMessage("n0", records).bytes)).bindings
        #expect(bindings.list.count == DNSResponse.bindingLimit && !bindings.isWhole)
    }

    @Test(
        "Questions, errors and other operations are no answers",
        arguments: [UInt16(0x0100), 0x8183, 0x8182, 0xa180])
    func otherMessages(_ flags: UInt16) {
        var message = DNSMessage("a", [.address("a", five, timeToLive: 1)])
        message.flags = flags
        #expect(DNSResponse(message.bytes) == nil)
    }

    @Test func timeToLiveWithTheHighestBitIsNone() {
        let message = DNSMessage("a", [.address("a", five, timeToLive: 0x8000_0001)])
        #expect(texts(DNSResponse(message.bytes)) == ["a 203.0.113.5 0"])
    }

    @Test func strangeBytesInLabelsAreEscaped() {
        var message = DNSMessage("a", [.address("a", five, timeToLive: 1)]).bytes
        // One label of four bytes: a dot, a backslash, NUL, 0xff.
        message.replaceSubrange(12..<14, with: [4, 0x2e, 0x5c, 0, 0xff])
        #expect(texts(DNSResponse(message)) == ["\\046\\092\\000\\255 203.0.113.5 1"])
    }

    // MARK: Hostile

    /// A header, a question for the root, and one answer whose owner name is `name`.
    private func answer(owner name: [UInt8]) -> [UInt8] {
        [0, 0, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1] + name
            + [0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 1, 2, 3, 4]
    }

    @Test(
        arguments: [
            // At itself, forwards, at one another, at the end, of a reserved kind, a label past the end.
            [0xc0, 17], [0xc0, 19], [0xc0, 19, 0xc0, 17], [0xff, 0xff], [0x80, 1], [0x40, 1], [63, 1, 2],
            [1, 0x61, 0xc0, 17], [0xc0],
        ] as [[UInt8]])
    func badNames(_ name: [UInt8]) throws {
        let response = try #require(DNSResponse(answer(owner: name)))
        #expect(response.isBroken && response.records.isEmpty)
    }

    @Test func aNameOfPointersAndLabelsEndsAtItsLimit() throws {
        // With the root's octet 253, and 257.
        for (count, isBroken) in [(63, false), (64, true)] {
            let name = DNSMessage.name(Array(repeating: "abc", count: count).joined(separator: "."))
            let response = try #require(DNSResponse(answer(owner: name)))
            #expect(response.isBroken == isBroken)
        }
    }

    @Test func everyPrefixOfAMessageIsReadWithoutHarm() throws {
        let message = DNSMessage(
            "www.a.com",
            [.alias("www.a.com", "b.net", timeToLive: 3), .address("b.net", five, timeToLive: 4)]
        ).bytes
        for count in message.indices {
            let response = DNSResponse(Array(message[..<count]))
            #expect((response == nil) == (count < 12))
            #expect(response.map { $0.isBroken } ?? true)
        }
        #expect(try #require(DNSResponse(message)).isBroken == false)
    }

    @Test func lengthsThatLieBreakTheMessage() {
        let whole = DNSMessage("a", [.address("a", five, timeToLive: 1)]).bytes
        for length in [UInt8(0), 3, 5, 255] {
            var message = whole
            message[message.count - 5] = length
            #expect(DNSResponse(message)?.isBroken == true)
        }
        let alias = DNSMessage("a", [.alias("a", "b", timeToLive: 1)]).bytes
        for length in [UInt8(2), 4] {
            var message = alias + [0, 0]
            message[alias.count - 4] = length
            #expect(DNSResponse(message)?.isBroken == true)
        }
    }

    @Test(arguments: 1...40) func randomBytesDoNoHarm(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let whole = DNSMessage(
            "www.a.com",
            [.alias("www.a.com", "b.net", timeToLive: 3), .address("b.net", five, timeToLive: 4)]
        ).bytes
        for _ in 0..<500 {
            var message = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = Int.random(in: message.indices, using: &random)
                message[index] = UInt8.random(in: 0...255, using: &random)
            }
            let response = DNSResponse(message)
            #expect((response?.bindings.list.count ?? 0) <= 4)
        }
    }
}
