import NetTypes
import Testing

@testable import NftablesRuleset

@Suite struct VerifyTests {
    private func problems(
        _ rules: [NftStatement] = [], sets: [NftSet] = [], name: String = "cali-a", base: Bool = false,
        more: [NftChain] = []
    ) -> [String] {
        let hook = base ? NftChain.Base(hook: .input, priority: 0) : nil
        return NftTable(
            sets: sets, chains: [NftChain(name: name, base: hook, origin: "", rules: [NftRule(rules)])] + more
        ).verify()
    }

    @Test func names() {
        #expect(problems(name: "1a") == ["chain name 1a is not legal"])
        #expect(problems(name: "a b") == ["chain name a b is not legal"])
        #expect(problems(name: "") == ["chain name  is not legal"])
        #expect(problems(more: [NftChain(name: "cali-a", origin: "", rules: [])]) == ["chain cali-a exists twice"])
    }

    @Test func references() {
        #expect(problems([.verdict(.jump("cali-b"))]) == ["no chain cali-b"])
        #expect(
            problems([.match(.lookup([.l4proto], .equal, set: "s"))]) == ["chain cali-a, rule 0: no set s"])
        let ports = NftSet(name: "s", contents: .ports([PortRange(1)]))
        #expect(
            problems([.match(.lookup([.l4proto], .equal, set: "s"))], sets: [ports])
                == ["chain cali-a, rule 0: the key of set s is of another type"])
        let names = NftSet(
            name: "m", contents: .interfaceVerdicts([.init(interface: "cali0", verdict: .goto("gone"))]))
        #expect(problems([.verdictMap(.inputInterface, map: "m")], sets: [names]) == ["no chain gone"])
    }

    @Test func loopsAndBaseChains() {
        #expect(problems([.verdict(.jump("cali-a"))]) == ["jumps form a loop"])
        #expect(problems([.verdict(.goto("cali-a"))], base: true).contains("base chain cali-a is jumped to"))
    }

    @Test func elements() {
        let overlap = NftSet(
            name: "s",
            contents: .prefixes(
                .v4, [IPPrefix(IPAddress(v4: 0), length: 8), IPPrefix(IPAddress(v4: 1), length: 32)]))
        #expect(problems(sets: [overlap]) == ["set s: elements overlap or are out of order"])
        let twice = NftSet(name: "s", contents: .protocols([.tcp, .tcp]))
        #expect(problems(sets: [twice]) == ["set s: elements overlap or are out of order"])
        let touching = NftSet(name: "s", contents: .ports([PortRange(1, 2), PortRange(3, 4)]))
        #expect(problems(sets: [touching]) == [])
        let everything = NftSet(
            name: "s",
            contents: .prefixes(
                .v4, [IPPrefix(IPAddress(v4: 0), length: 0), IPPrefix(IPAddress(v4: 1 << 31), length: 1)]))
        #expect(problems(sets: [everything]).isEmpty == false)
    }
}
