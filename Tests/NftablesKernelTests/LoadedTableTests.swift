import Classification
import MatchTreeFixtures
import NetTypes
import NetworkTopology
import NftablesRuleset
import Testing

@testable import NftablesKernel

/// What the kernel holds after our batch is what it holds after stock nft loaded our text.
@Suite(.serialized, .enabled(if: PrivateNetwork.isAvailable, Comment(rawValue: PrivateNetwork.reason)))
struct LoadedTableTests {
    /// One namespace's state in a form that can be compared: hash sets are listed in an order of their own.
    struct Loaded: Equatable, Sendable {
        var chains: [String: [[String?]]]
        var sets: [String: Int]
        var listing: [String]

        init(_ status: TableStatus?, listing: String) {
            chains = [:]
            for chain in status?.chains ?? [] {
                chains[chain.name] =
                    [[chain.comment, chain.hook?.description, chain.priority?.description]]
                    + chain.rules.map { [$0.comment, $0.program] }
            }
            sets = Dictionary((status?.sets ?? []).map { ($0.name, $0.elementCount) }) { first, _ in first }
            self.listing = Loaded.sorted(listing)
        }

        /// Lines with the elements of each set in order.
        private static func sorted(_ listing: String) -> [String] {
            var lines: [String] = []
            var elements: [String]?
            for line in listing.split(separator: "\n").map(String.init) {
                let isStart = line.contains("elements = {")
                if isStart || elements != nil {
                    let body = line.replacing("elements = {", with: "").replacing("}", with: "")
                    elements =
                        (elements ?? [])
                        + body.split(separator: ",").map { part in
                            String(part.trimming(while: { $0 == " " || $0 == "\t" }))
                        }.filter { !$0.isEmpty }
                    if line.hasSuffix("}") {
                        lines += elements?.sorted() ?? []
                        elements = nil
                    }
                } else {
                    lines.append(line)
                }
            }
            return lines
        }
    }

    private static func loadByBatch(_ table: NftTable) throws -> Loaded {
        try PrivateNetwork.run {
            let kernel = try NftKernel()
            try kernel.apply(table)
            let listing = try Tool.nft("-s", "list", "ruleset")
            // nft reads its own listing again, but for ports of a rule that is about ICMP: those it lists as a checksum.
            if !listing.contains("icmp checksum") { _ = try Tool.nft("-c", file: listing) }
            return Loaded(try kernel.status(withPrograms: true), listing: listing)
        }
    }

    private static func loadByText(_ table: NftTable) throws -> Loaded {
        try PrivateNetwork.run {
            _ = try Tool.nft("-c", file: table.nftText(header: ["made by a test"]))
            _ = try Tool.nft(file: table.nftText())
            return Loaded(try NftKernel().status(withPrograms: true), listing: try Tool.nft("-s", "list", "ruleset"))
        }
    }

    @Test(arguments: 0..<25) func randomTrees(seed: UInt64) throws {
        let tree = RandomTree.tree(seed: seed)
        let views: [RulesetView] = [.cluster, .node(NodeIndex(0))]
        for view in views {
            let table = try NftTable(tree, view: view)
            let ours = try Self.loadByBatch(table)
            let stock = try Self.loadByText(table)
            #expect(ours.chains == stock.chains, "seed \(seed)")
            #expect(ours.sets == stock.sets, "seed \(seed)")
            #expect(ours.listing == stock.listing, "seed \(seed)")
        }
    }

    @Test(arguments: [false, true]) func hostEndpoints(rejects: Bool) throws {
        let table = try NftTable(HostTree.tree { $0.denyRejects = rejects })
        let ours = try Self.loadByBatch(table)
        let stock = try Self.loadByText(table)
        #expect(ours.chains == stock.chains)
        #expect(ours.sets == stock.sets)
        #expect(ours.listing == stock.listing)
        let json = try PrivateNetwork.run {
            _ = try Tool.nft("-j", file: table.nftJSON())
            return Loaded(try NftKernel().status(withPrograms: true), listing: "")
        }
        #expect(ours.sets == json.sets)
        #expect(ours.chains.mapValues { $0.dropFirst() } == json.chains.mapValues { $0.dropFirst() })
    }

    /// `nft -j -f` makes the same rules of the JSON form; only comments of chains are not in it.
    @Test(arguments: 200..<210) func json(seed: UInt64) throws {
        let table = try NftTable(RandomTree.tree(seed: seed))
        let ours = try Self.loadByBatch(table)
        let stock = try PrivateNetwork.run {
            _ = try Tool.nft("-j", file: table.nftJSON())
            return Loaded(try NftKernel().status(withPrograms: true), listing: "")
        }
        #expect(ours.sets == stock.sets, "seed \(seed)")
        #expect(ours.chains.mapValues { $0.dropFirst() } == stock.chains.mapValues { $0.dropFirst() }, "seed \(seed)")
        #expect(ours.chains.mapValues { $0[0].dropFirst() } == stock.chains.mapValues { $0[0].dropFirst() })
    }

    /// The instructions that we say we send are those that the kernel holds.
    @Test(arguments: 100..<105) func expressionsAreThoseOfTheValues(seed: UInt64) throws {
        let table = try NftTable(RandomTree.tree(seed: seed))
        let loaded = try PrivateNetwork.run {
            let kernel = try NftKernel()
            try kernel.apply(table)
            return try kernel.status(withPrograms: true)
        }
        for chain in table.chains {
            let rules = loaded?.chains.first { $0.name == chain.name }?.rules ?? []
            #expect(rules.count == chain.rules.count)
            for (rule, held) in zip(chain.rules, rules) {
                #expect(rule.siteNumber == held.site)
                #expect(rule.comment == held.comment)
                let sent = rule.expressions.map { Self.squeezed($0.description) }
                #expect(sent == (held.program ?? "").split(separator: "\n").map { Self.squeezed(String($0)) })
            }
        }
    }

    /// Without the counters' numbers and the flags that a dump gives every look-up, words one space apart.
    private static func squeezed(_ text: String) -> String {
        text.replacing("counter pkts 0 bytes 0", with: "counter").replacing(" 0x0 ]", with: " ]")
            .split(separator: " ").joined(separator: " ")
    }
}

extension StringProtocol {
    fileprivate func trimming(while isRemoved: (Character) -> Bool) -> SubSequence {
        var slice = self[...]
        while let first = slice.first, isRemoved(first) { slice = slice.dropFirst() }
        while let last = slice.last, isRemoved(last) { slice = slice.dropLast() }
        return slice
    }
}
