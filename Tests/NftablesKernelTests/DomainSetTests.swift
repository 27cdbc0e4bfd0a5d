import Classification
import MatchTreeFixtures
import NetTypes
import NftablesKernel
import NftablesRuleset
import Testing

/// Sets that follow domain names, by our batch, by nft's text and by its JSON.
@Suite(.serialized, .enabled(if: PrivateNetwork.isAvailable, Comment(rawValue: PrivateNetwork.reason)))
struct DomainSetTests {
    private func table() throws -> NftTable {
        let pattern = try #require(DomainPattern("*.example.com"))
        var names = DomainTable()
        for (address, timeToLive) in [("203.0.113.5", nil), ("203.0.113.6", 3600), ("2001:db8::5", 90)]
            as [(String, UInt32?)]
        {
            names.insert(
                DomainRecord(
                    name: "a.example.com", address: try #require(IPAddress(address)), timeToLive: timeToLive,
                    origin: .mapping(place: "d.yaml:1")))
        }
        var fixture = TreeFixture(pods: [.init("ns/a", interface: "cali1", addresses: ["10.0.0.1"])])
        let set = fixture.domains(DomainMembers(patterns: [pattern], table: names))
        let empty = fixture.domains(
            DomainMembers(patterns: [try #require(DomainPattern("b.example.org"))], table: names))
        let chain = fixture.policy(
            "names", .egress,
            rules: [
                (.allow, RuleMatch(destination: SideMatch(inSets: [set]))),
                (.allow, RuleMatch(destination: SideMatch(inSets: [empty]))),
            ])
        fixture.assign(
            ingress: [fixture.program(.ingress)],
            egress: [fixture.program(.egress, tiers: [("default", [chain], true)])])
        return try NftTable(fixture.tree)
    }

    @Test func listings() throws {
        let table = try table()
        #expect(table.verify() == [])
        let ways: [@Sendable (NftTable) throws -> Void] = [
            { try NftKernel().apply($0) },
            { table in
                _ = try Tool.nft("-c", file: table.nftText())
                _ = try Tool.nft(file: table.nftText())
            },
            { _ = try Tool.nft("-j", file: $0.nftJSON()) },
        ]
        for load in ways {
            let (listing, status) = try PrivateNetwork.run {
                try load(table)
                return (try Tool.nft("-s", "list", "ruleset"), try NftKernel().status())
            }
            #expect(listing.contains("203.0.113.6 timeout 1h"))
            #expect(listing.contains("2001:db8::5 timeout 1m30s"))
            #expect(!listing.contains("203.0.113.5 timeout"))
            let counts = try #require(status).sets.filter { !$0.isMap }.map(\.elementCount).sorted()
            #expect(counts == [0, 0, 1, 2])
        }
    }
}
