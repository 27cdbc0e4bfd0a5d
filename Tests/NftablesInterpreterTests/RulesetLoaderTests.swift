import CNftnl
import NftablesInterpreter
import TestSupport
import Testing

@Suite struct RulesetLoaderTests {
    typealias Writer = MessageWriter

    /// Table `t` with the base chain `base` on forward, then whatever `fill` adds.
    private func load(_ fill: (inout Writer) -> Void) throws(RulesetError) -> Ruleset {
        try Ruleset(messages: [Self.stream(fill)])
    }

    static func stream(_ fill: (inout Writer) -> Void) -> [UInt8] {
        var writer = Writer()
        writer.table("t")
        writer.chain("t", "base", hook: (NF_INET_FORWARD, 0))
        fill(&writer)
        return writer.bytes
    }

    @Test func keepsNamesHandlesAndComments() throws {
        let ruleset = try load {
            $0.chain("t", "other")
            $0.rule("t", "base", comment: "first", [Writer.counter])
            $0.rule("t", "other", [])
            $0.rule("t", "base", [Writer.verdict(NF_ACCEPT)])
        }
        #expect(ruleset.chains.map(\.name) == ["base", "other"])
        #expect(ruleset.chains.map(\.family) == ["ip", "ip"])
        #expect(ruleset.rules.map(\.comment) == ["first", nil, nil])
        #expect(ruleset.rules.map(\.position) == [0, 0, 1])
        #expect(ruleset.chains[0].rules == [0, 2])
    }

    @Test func namesUnknownExpressions() {
        for name in ["masq", "teleport"] {
            #expect(throws: RulesetError.unsupported("expression '\(name)'", at: "table t")) {
                try load { $0.rule("t", "base", [Writer.counter, Writer.expression(name)]) }
            }
        }
    }

    @Test func refusesWhatItDoesNotUnderstand() {
        let badRules: [[Writer.Attribute]] = [
            [Writer.verdict(3)],
            [Writer.verdict(NFT_JUMP.rawValue)],
            [Writer.payload(offset: 0, length: 4, register: 5)],
            [Writer.payload(offset: 0, length: 4, register: 24)],
            [Writer.payload(offset: 0, length: 20, register: 4)],
            [Writer.payload(offset: 0, length: 0)],
            [Writer.payload(offset: 70_000, length: 4)],
            [Writer.lookup("nowhere", id: 9)],
            [Writer.expression("meta", [Writer.number(UInt16(NFTA_META_KEY.rawValue), 99)])],
            [Writer.expression("bitwise")], [Writer.expression("cmp")], [Writer.expression("range")],
            [Writer.expression("byteorder")], [Writer.expression("ct")], [Writer.expression("exthdr")],
            [Writer.expression("fib")], [Writer.expression("lookup")], [Writer.expression("immediate")],
            [Writer.expression("payload")], [Writer.expression("objref")], [Writer.expression("dynset")],
        ]
        for expressions in badRules {
            #expect(throws: RulesetError.self) { try load { $0.rule("t", "base", expressions) } }
        }
        #expect(throws: RulesetError.missing("the chain", at: "ip t absent")) {
            try load { $0.rule("t", "absent", []) }
        }
        #expect(throws: RulesetError.missing("chain 'absent'", at: "ip t base rule 0")) {
            try load { $0.rule("t", "base", [Writer.verdict(NFT_GOTO.rawValue, "absent")]) }
        }
        #expect(throws: RulesetError.self) { try load { $0.add(NFT_MSG_DELRULE, [Writer.text(1, "t")]) } }
        #expect(throws: RulesetError.self) { try load { $0.chain("t", "x", hook: (NF_INET_INGRESS, 0)) } }
        #expect(throws: RulesetError.self) {
            try load {
                $0.family = UInt8(NFPROTO_NETDEV)
                $0.table("n")
            }
        }
        #expect(throws: RulesetError.self) {
            try load {
                $0.rule(
                    "t", "base", [],
                    more: [Writer.attribute(UInt16(NFTA_RULE_POSITION.rawValue), [0, 0, 0, 0, 0, 0, 0, 1])])
            }
        }
    }

    @Test func refusesRowsOfChainsAsTheKernelDoes() throws {
        func row(_ count: Int) throws -> Ruleset {
            try load { writer in
                for index in 0..<count { writer.chain("t", "c\(index)") }
                writer.rule("t", "base", [Writer.verdict(NFT_JUMP.rawValue, "c0")])
                for index in 1..<count {
                    writer.rule("t", "c\(index - 1)", [Writer.verdict(NFT_JUMP.rawValue, "c\(index)")])
                }
            }
        }
        #expect(try row(15).chains.count == 16)
        #expect(throws: RulesetError.self) { try row(16) }
        #expect(throws: RulesetError.self) { try row(5000) }
        #expect(throws: RulesetError.chains("loop of chains through a")) {
            try load {
                $0.chain("t", "a")
                $0.rule("t", "base", [Writer.verdict(NFT_JUMP.rawValue, "a")])
                $0.rule("t", "a", [Writer.verdict(NFT_GOTO.rawValue, "a")])
            }
        }
        #expect(throws: RulesetError.chains("jump to the base chain base2")) {
            try load {
                $0.chain("t", "base2", hook: (NF_INET_FORWARD, 1))
                $0.rule("t", "base", [Writer.verdict(NFT_JUMP.rawValue, "base2")])
            }
        }
        // A loop that no hook can enter does no harm, and through a map it counts.
        _ = try load {
            $0.chain("t", "a")
            $0.rule("t", "a", [Writer.verdict(NFT_JUMP.rawValue, "a")])
        }
        #expect(throws: RulesetError.chains("loop of chains through a")) {
            try load {
                $0.chain("t", "a")
                $0.set("t", "m", id: 1, elements: [([1, 2, 3, 4], 0, Writer.verdictData(NFT_JUMP.rawValue, "a"))])
                let look = [Writer.payload(offset: 12, length: 4), Writer.lookup("m", id: 1, verdict: true)]
                $0.rule("t", "base", look)
                $0.rule("t", "a", look)
            }
        }
    }

    @Test func followsTheOrderOfABatch() throws {
        let ruleset = try load {
            $0.rule("t", "base", comment: "old", [])
            $0.add(NFT_MSG_DELTABLE, [Writer.text(1, "t")])
            $0.table("t")
            $0.chain("t", "base", hook: (NF_INET_FORWARD, 0))
            $0.rule("t", "base", comment: "second", [])
            $0.rule("t", "base", flags: 0, comment: "first", [])
            $0.rule("t", "base", comment: "third", [])
        }
        #expect(ruleset.chains.count == 1)
        #expect(ruleset.chains[0].rules.map { ruleset.rules[$0].comment } == ["first", "second", "third"])
        #expect(ruleset.chains[0].rules.map { ruleset.rules[$0].position } == [0, 1, 2])
    }

    @Test func passesOverTablesThatSeeNoIPPackets() throws {
        let ruleset = try load {
            $0.family = UInt8(NFPROTO_ARP)
            $0.table("a")
            $0.chain("a", "c", hook: (NF_INET_PRE_ROUTING, 0))
            $0.rule("a", "c", [Writer.expression("teleport")])
        }
        #expect(ruleset.chains.map(\.name) == ["base"])
    }

    @Test func refusesStreamsThatAreNotNetlink() {
        let good = Self.stream { $0.rule("t", "base", [Writer.counter]) }
        for bytes in [[1, 2, 3], Array(good.dropLast(4)), good + [0, 0, 0, 0], Array(repeating: 0, count: 64)] {
            #expect(throws: RulesetError.self) { try Ruleset(messages: [bytes]) }
        }
        #expect(throws: RulesetError.self) { try load { $0.add(type: 2, []) } }
        #expect(throws: RulesetError.self) { try load { $0.add(type: 0x0100, []) } }
    }

    /// Whatever the bytes say: an error or a ruleset that runs, never a crash.
    @Test func survivesDamage() throws {
        let good = Self.stream {
            $0.chain("t", "a")
            $0.set("t", "__set%d", id: 7, elements: [([10, 0, 0, 1], 0, nil), ([10, 0, 0, 2], 0, nil)])
            $0.set("t", "m", id: 1, elements: [([1, 2, 3, 4], 0, Writer.verdictData(NFT_JUMP.rawValue, "a"))])
            $0.rule(
                "t", "base", comment: "x",
                [
                    Writer.payload(offset: 12, length: 4), Writer.lookup("m", id: 1, verdict: true), Writer.counter,
                ])
            $0.rule(
                "t", "a",
                [
                    Writer.payload(offset: 16, length: 4), Writer.lookup("__set%d", id: 7), Writer.equals([1, 2, 3]),
                    Writer.verdict(NF_DROP),
                ])
        }
        var random = SeededGenerator(seed: 11)
        let packet = try PacketContext(
            [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 1, 2, 3, 4, 10, 0, 0, 1, 0, 1, 0, 2, 0, 8, 0, 0],
            input: nil, output: nil, connection: .tracked(.new))
        var (loaded, refused) = (0, 0)
        for _ in 0..<2000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                bytes[place] =
                    Bool.random(using: &random) ? UInt8.random(in: 0...255, using: &random) : bytes[place] ^ 1
            }
            do {
                let ruleset = try Ruleset(messages: [bytes])
                for hook in Hook.allCases { _ = ruleset.run(hook, packet) }
                loaded += 1
            } catch {
                refused += 1
            }
        }
        #expect(loaded > 100 && refused > 100)
    }
}
