import CLinuxShims
import Foundation
import MatchTreeFixtures
import NetTypes
import NetworkTopology
import NftablesRuleset
import Testing

@testable import NftablesKernel

@Suite(.serialized, .enabled(if: PrivateNetwork.isAvailable, Comment(rawValue: PrivateNetwork.reason)))
struct NftKernelTests {
    private static let foreign = """
        table inet calico { chain keep { type filter hook forward priority 5; policy accept; drop; }; }
        table ip dataplane { set stays { type ipv4_addr; elements = { 10.0.0.1 }; }; }

        """

    /// A table of one chain.
    private static func table(
        _ rules: [NftRule], sets: [NftSet] = [], more: [NftChain] = [], base: Bool = false
    ) -> NftTable {
        let hook = base ? NftChain.Base(hook: .forward, priority: 0) : nil
        return NftTable(
            sets: sets, chains: [NftChain(name: "cali-test", base: hook, origin: "p.yaml:1", rules: rules)] + more)
    }

    private static func refusal(of table: NftTable) throws -> KernelError? {
        try PrivateNetwork.run {
            let kernel = try NftKernel()
            try kernel.apply(Self.table([]))
            let before = try Tool.nft("list", "ruleset")
            do throws(KernelError) {
                try kernel.apply(table)
                return nil
            } catch {
                #expect(try Tool.nft("list", "ruleset") == before, "a refused batch changed something")
                return error
            }
        }
    }

    @Test func applyTwiceAndDeleteLeaveTheOthersAlone() throws {
        let table = try NftTable(RandomTree.tree(seed: 7))
        try PrivateNetwork.run {
            _ = try Tool.nft(file: Self.foreign)
            let before = try Tool.nft("list", "ruleset")
            let kernel = try NftKernel()
            #expect(try kernel.status() == nil)
            #expect(try kernel.delete() == false)
            try kernel.apply(table)
            let once = try kernel.status()
            try kernel.apply(table)
            let twice = try kernel.status()
            #expect(once?.chains.map(\.name) == twice?.chains.map(\.name))
            #expect(once?.sets == twice?.sets)
            #expect(once?.handle != twice?.handle)
            #expect(try kernel.delete())
            #expect(try Tool.nft("list", "ruleset") == before)
            #expect(try kernel.status() == nil)
        }
    }

    @Test func statusTellsCommentsSitesAndCounts() throws {
        let table = try NftTable(RandomTree.tree(seed: 3))
        let status = try PrivateNetwork.run {
            let kernel = try NftKernel()
            try kernel.apply(table)
            return try kernel.status()
        }
        #expect(status?.comment == "all nodes")
        #expect(status?.chains.map(\.name) == table.chains.map(\.name))
        #expect(status?.chains.map(\.comment) == table.chains.map(\.comment))
        #expect(status?.chains.map(\.rules.count) == table.chains.map(\.rules.count))
        #expect(status?.sets.map(\.name).sorted() == table.sets.map(\.name).sorted())
        for set in table.sets {
            #expect(status?.sets.first { $0.name == set.name }?.elementCount == set.count)
        }
        let sites = Set(table.chains.flatMap(\.rules).compactMap(\.siteNumber))
        #expect(status.map { Set($0.countersBySite.keys) } == sites)
    }

    @Test func generationGuard() throws {
        try PrivateNetwork.run {
            let kernel = try NftKernel()
            let old = try kernel.generation()
            try kernel.apply(Self.table([]), ifGeneration: old)
            #expect(try kernel.generation() != old)
            do throws(KernelError) {
                try kernel.apply(Self.table([]), ifGeneration: old)
                Issue.record("a stale generation was accepted")
            } catch {
                #expect(error.code == ERESTART)
                #expect(error.description.contains("nothing was changed, try again"))
            }
        }
    }

    @Test func refusedJumpNamesTheRuleAndItsPlace() throws {
        let good = NftRule([.verdict(.accept)], origin: "gnp/fine ingress[0] p.yaml:3")
        let bad = NftRule([.verdict(.jump("cali-nowhere"))], origin: "gnp/bad ingress[1] p.yaml:9")
        let error = try Self.refusal(of: Self.table([good, bad]))
        #expect(error?.code == ENOENT)
        #expect(error?.object == .rule(chain: "cali-test", index: 1, origin: "gnp/bad ingress[1] p.yaml:9"))
        #expect(
            error?.description.hasPrefix(
                "cannot load the rules: rule 2 of chain cali-test (gnp/bad ingress[1] p.yaml:9): something that it "
                    + "names does not exist (ENOENT)") == true)
    }

    @Test func refusedElementIsNamed() throws {
        let blocks = (0..<1500).map { IPPrefix(IPAddress(v4: 0x0a00_0000 + $0 << 8), length: 24) }
        let overlapping = blocks + [IPPrefix(IPAddress(v4: 0x0a00_0380), length: 25)]
        let set = NftSet(name: "cali4-x", contents: .prefixes(.v4, overlapping), origin: "role == 'db'")
        #expect(!Self.table([], sets: [set]).verify().isEmpty)
        let error = try Self.refusal(of: Self.table([], sets: [set]))
        #expect(error?.code == EEXIST)
        #expect(error?.object == .element(set: "cali4-x", member: "10.0.3.128/25", origin: "role == 'db'"))
    }

    @Test func refusedLookupAndLoop() throws {
        let lookup = NftRule([.match(.lookup([.l4proto], .equal, set: "cali-none"))], origin: "r")
        #expect(try Self.refusal(of: Self.table([lookup]))?.object == .rule(chain: "cali-test", index: 0, origin: "r"))
        let chains = ["cali-a", "cali-b"].map { name in
            NftChain(
                name: name, origin: "",
                rules: [NftRule([.verdict(.jump(name == "cali-a" ? "cali-b" : "cali-a"))], origin: "back")])
        }
        let loop = Self.table([NftRule([.verdict(.jump("cali-a"))])], more: chains, base: true)
        #expect(loop.verify() == ["jumps form a loop"])
        #expect([ELOOP, EMLINK].contains(try Self.refusal(of: loop)?.code))
    }

    @Test func chainsAsDeepAsTheKernelAllows() throws {
        func nested(_ depth: Int) -> NftTable {
            let chains = (1...depth).map { level in
                NftChain(
                    name: "cali-\(level)", origin: "",
                    rules: level < depth ? [NftRule([.verdict(.jump("cali-\(level + 1)"))])] : [])
            }
            return Self.table([NftRule([.verdict(.jump("cali-1"))])], more: chains, base: true)
        }
        for depth in 14...18 {
            let table = nested(depth)
            let refusal = try Self.refusal(of: table)
            #expect(table.verify().isEmpty == (refusal == nil), "depth \(depth)")
            if let refusal { #expect(refusal.code == EMLINK) }
        }
    }

    @Test func longestNamesAndComments() throws {
        let name = "cali-" + String(repeating: "n", count: 250)
        let rule = NftRule([.verdict(.accept)], origin: String(repeating: "ö", count: 500))
        let table = NftTable(
            comment: String(repeating: "c", count: 500),
            sets: [NftSet(name: name, contents: .protocols([.tcp]), origin: String(repeating: "s", count: 500))],
            chains: [NftChain(name: name, origin: String(repeating: "k", count: 500), rules: [rule])])
        #expect(table.verify() == [])
        let status = try PrivateNetwork.run {
            let kernel = try NftKernel()
            try kernel.apply(table)
            _ = try Tool.nft("-c", file: table.nftText())
            return try kernel.status()
        }
        #expect(status?.chains[0].rules[0].comment == rule.comment)
        #expect(rule.comment?.utf8.count ?? 0 > 120)
    }

    @Test func adoptedSocketWorksOnItsOwnNamespace() throws {
        let descriptor = try PrivateNetwork.run {
            let descriptor = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue), 12)
            try NftKernel(adopting: dup(descriptor)).apply(Self.table([]))
            return descriptor
        }
        // That thread is gone; this one is in the namespace of the process.
        let kernel = try NftKernel(adopting: descriptor)
        #expect(try kernel.status()?.chains.map(\.name) == ["cali-test"])
    }

    @Test func withoutPrivilege() async {
        await #expect(processExitsWith: .success) {
            guard dp_unshare_network() == 0, setregid(65534, 65534) == 0,
                setreuid(65534, 65534) == 0, geteuid() != 0
            else { exit(2) }
            let kernel = try NftKernel()
            do throws(KernelError) {
                try kernel.apply(NftTable(sets: [], chains: []))
                exit(3)
            } catch {
                exit(error.code == EPERM && error.description.contains("this needs CAP_NET_ADMIN") ? 0 : 4)
            }
        }
    }
}
