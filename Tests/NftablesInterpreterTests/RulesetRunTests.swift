import CNftnl
import NetTypes
import NftablesInterpreter
import Testing

@Suite struct RulesetRunTests {
    typealias Writer = MessageWriter

    private func ruleset(_ fill: (inout Writer) -> Void) throws -> Ruleset {
        var writer = Writer()
        writer.table("t")
        fill(&writer)
        return try Ruleset(messages: [writer.bytes])
    }

    /// UDP from 1.2.3.4 to 10.0.0.1.
    private func packet(_ connection: PacketContext.Connection = .tracked(.new)) throws -> PacketContext {
        try PacketContext(
            [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 1, 2, 3, 4, 10, 0, 0, 1, 0, 1, 0, 2, 0, 8, 0, 0],
            input: .init("eth0"), output: .init("cali1"), connection: connection)
    }

    @Test func acceptEndsOneBaseChainAndDropAll() throws {
        let accepting = try ruleset {
            // Created in the wrong order: priorities decide, then creation.
            $0.chain("t", "late", hook: (NF_INET_FORWARD, 10))
            $0.chain("t", "early", hook: (NF_INET_FORWARD, -10))
            $0.chain("t", "late2", hook: (NF_INET_FORWARD, 10))
            $0.rule("t", "early", comment: "early", [Writer.counter, Writer.verdict(NF_ACCEPT)])
            $0.rule("t", "early", comment: "never", [Writer.counter])
            $0.rule("t", "late", comment: "late", [Writer.counter])
            $0.rule("t", "late2", comment: "late2", [Writer.counter, Writer.verdict(NF_DROP)])
        }
        let result = try accepting.run(.forward, packet())
        #expect(result.verdict == .drop)
        #expect(result.trace.map { accepting.rules[$0.rule].comment } == ["early", "late", "late2"])
        #expect(result.trace.map(\.verdict) == [.accept, .goOn, .drop])
        #expect(result.trace.map(\.isCounted) == [true, true, true])
        #expect(result.decision == .rule(3))
        #expect(try accepting.run(.input, packet()).decision == .nothing)
    }

    @Test func policyAppliesAtTheEndAndAtReturn() throws {
        let dropping = try ruleset {
            $0.chain("t", "base", hook: (NF_INET_FORWARD, 0), policy: NF_DROP)
            $0.chain("t", "a")
            $0.chain("t", "b")
            $0.rule("t", "base", [Writer.verdict(NFT_JUMP.rawValue, "a")])
            $0.rule("t", "base", comment: "back", [Writer.counter])
            $0.rule("t", "a", [Writer.verdict(NFT_GOTO.rawValue, "b")])
            $0.rule("t", "a", comment: "not after a goto", [Writer.counter])
            $0.rule("t", "b", [Writer.verdict(NFT_RETURN.rawValue)])
            $0.rule("t", "b", comment: "not after a return", [Writer.counter])
        }
        let result = try dropping.run(.forward, packet())
        #expect(result.verdict == .drop && result.decision == .policy(0))
        #expect(result.trace.filter(\.isCounted).map { dropping.rules[$0.rule].comment } == ["back"])
        let returning = try ruleset {
            $0.chain("t", "base", hook: (NF_INET_FORWARD, 0), policy: NF_DROP)
            $0.rule("t", "base", [Writer.verdict(NFT_RETURN.rawValue)])
            $0.rule("t", "base", [Writer.verdict(NF_ACCEPT)])
        }
        #expect(try returning.run(.forward, packet()).verdict == .drop)
    }

    @Test func countsBeforeAMismatchWithoutMatching() throws {
        let counting = try ruleset {
            $0.chain("t", "base", hook: (NF_INET_FORWARD, 0))
            $0.rule(
                "t", "base",
                [
                    Writer.counter, Writer.payload(offset: 12, length: 4), Writer.equals([9, 9, 9, 9]),
                    Writer.verdict(NF_DROP),
                ])
            $0.rule("t", "base", [Writer.payload(offset: 200, length: 4), Writer.verdict(NF_DROP)])
        }
        let result = try counting.run(.forward, packet())
        #expect(result.verdict == .accept)
        #expect(result.trace.map(\.rule) == [0])
        #expect(result.trace.map(\.isCounted) == [true])
        #expect(result.trace.map(\.verdict) == [nil])
    }

    @Test func anonymousSetsAreToldApartByID() throws {
        let sets = try ruleset {
            $0.chain("t", "base", hook: (NF_INET_FORWARD, 0))
            $0.set("t", "__set%d", id: 1, elements: [([1, 2, 3, 4], 0, nil)])
            $0.set("t", "__set%d", id: 2, elements: [([5, 6, 7, 8], 0, nil)])
            for id in [UInt32(2), 1] {
                $0.rule(
                    "t", "base", comment: "\(id)",
                    [
                        Writer.payload(offset: 12, length: 4), Writer.lookup("__set%d", id: id), Writer.counter,
                    ])
            }
        }
        let trace = try sets.run(.forward, packet()).trace
        #expect(trace.map { sets.rules[$0.rule].comment } == ["1"])
    }

    @Test func mapsFallBackToTheCatchAllElement() throws {
        let catchAll = UInt32(NFT_SET_ELEM_CATCHALL.rawValue)
        let maps = try ruleset {
            $0.chain("t", "base", hook: (NF_INET_FORWARD, 0))
            $0.set(
                "t", "m", id: 1,
                elements: [
                    ([5, 6, 7, 8], 0, Writer.verdictData(NF_ACCEPT)),
                    ([0, 0, 0, 0], catchAll, Writer.verdictData(NF_DROP)),
                ])
            $0.rule("t", "base", [Writer.payload(offset: 12, length: 4), Writer.lookup("m", id: 1, verdict: true)])
        }
        #expect(try maps.run(.forward, packet()).verdict == .drop)
    }

    @Test func dormantTablesAndOtherFamiliesStandAside() throws {
        var writer = Writer()
        writer.table("asleep", flags: UInt32(NFT_TABLE_F_DORMANT.rawValue))
        writer.chain("asleep", "base", hook: (NF_INET_FORWARD, 0), policy: NF_DROP)
        writer.family = UInt8(NFPROTO_IPV6)
        writer.table("six")
        writer.chain("six", "base", hook: (NF_INET_FORWARD, 0), policy: NF_DROP)
        let quiet = try Ruleset(messages: [writer.bytes])
        #expect(try quiet.run(.forward, packet()).decision == .nothing)
        writer.family = UInt8(NFPROTO_INET)
        writer.table("both")
        writer.chain("both", "base", hook: (NF_INET_FORWARD, 0), policy: NF_DROP)
        #expect(try Ruleset(messages: [writer.bytes]).run(.forward, packet()).verdict == .drop)
    }

    @Test func translationChainsSeeTheFirstPacketAlone() throws {
        let translating = try ruleset {
            $0.chain("t", "nat", hook: (NF_INET_FORWARD, 0), policy: NF_DROP, type: "nat")
        }
        #expect(try translating.run(.forward, packet(.tracked(.new))).verdict == .drop)
        #expect(try translating.run(.forward, packet(.tracked(.related))).verdict == .drop)
        #expect(try translating.run(.forward, packet(.tracked(.established))).verdict == .accept)
        #expect(try translating.run(.forward, packet(.invalid)).verdict == .accept)
        #expect(try translating.run(.forward, packet(.untracked)).verdict == .accept)
    }

    @Test func walkStopsAtTheHookThatDrops() throws {
        let rules = try ruleset {
            $0.chain("t", "pre", hook: (NF_INET_PRE_ROUTING, -300))
            $0.chain("t", "fwd", hook: (NF_INET_FORWARD, 0), policy: NF_DROP)
            $0.rule("t", "pre", [Writer.expression("notrack")])
        }
        let results = try rules.walk(Hook.forwarded, packet())
        #expect(results.map(\.verdict) == [.accept, .drop])
        #expect(results[0].connection == .untracked)
        #expect(try rules.walk(Hook.delivered, packet()).map(\.verdict) == [.accept, .accept])
    }

    @Test(arguments: [
        ([], PacketFault.notIP), ([0x10, 0, 0, 0], .notIP), ([0x45, 0, 0, 28], .truncated(needed: 20, found: 4)),
        ([0x60] + Array(repeating: 0, count: 20), .truncated(needed: 40, found: 21)),
        ([0x45, 0, 0, 30] + Array(repeating: 0, count: 16), .truncated(needed: 30, found: 20)),
        ([0x45, 0, 0, 10] + Array(repeating: 0, count: 16), .truncated(needed: 20, found: 10)),
        ([0x41, 0, 0, 20] + Array(repeating: 0, count: 16), .notIP),
        ([0x60, 0, 0, 0, 0, 8] + Array(repeating: 0, count: 34), .truncated(needed: 48, found: 40)),
    ])
    func refusesBytesThatNoHookSees(_ bytes: [UInt8], _ fault: PacketFault) {
        #expect(throws: fault) {
            try PacketContext(bytes, input: nil, output: nil, connection: .tracked(.new))
        }
    }
}
