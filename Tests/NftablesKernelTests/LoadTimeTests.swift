import Foundation
import NetTypes
import NftablesRuleset
import Testing

@testable import NftablesKernel

/// The size that the project is meant for, loaded and read back. Times are printed, not judged.
@Suite(.serialized, .enabled(if: PrivateNetwork.isAvailable, Comment(rawValue: PrivateNetwork.reason)))
struct LoadTimeTests {
    @Test func tenThousandRulesAndHundredThousandElements() throws {
        let addresses = (0..<100_000).map { IPAddress(v4: 0x0a00_0000 + UInt32($0) * 3) }
        let set = NftSet(name: "cali4-all", contents: .addresses(.v4, addresses))
        let ranges = (0..<5_000).map { IPPrefix(IPAddress(v4: 0xac10_0000 + $0 << 9), length: 24) }
        let blocks = NftSet(name: "cali4-blocks", contents: .prefixes(.v4, ranges))
        let chains = (0..<100).map { number in
            NftChain(
                name: "cali-\(number)", origin: "gnp/policy-\(number)",
                rules: (0..<100).map { index in
                    NftRule(
                        [
                            .match(.family(.v4)), .match(.l4proto(.equal, .tcp)),
                            .match(.port(.destination, .equal, PortRange(UInt16(index + 1)))),
                            .match(.lookup([.address(.v4, .source)], .equal, set: set.name)), .counter,
                            .verdict(.accept),
                        ], origin: "gnp/policy-\(number) ingress[\(index)] policies.yaml:\(index)")
                })
        }
        let table = NftTable(sets: [set, blocks], chains: chains)
        let clock = ContinuousClock()
        let start = clock.now
        let batch = try NftBatch(replacing: table)
        let built = clock.now
        let (loaded, read, status) = try PrivateNetwork.run {
            let kernel = try NftKernel()
            let start = clock.now
            try kernel.commit(batch, table: table.name)
            let loaded = clock.now
            let status = try kernel.status()
            return (loaded - start, clock.now - loaded, status)
        }
        print(
            "10,000 rules, 105,000 elements: \(batch.bytes.count) bytes built in \(built - start), kernel \(loaded), read back \(read)"
        )
        #expect(status?.sets.map(\.elementCount) == [100_000, 5_000])
        #expect(status?.chains.reduce(0) { $0 + $1.rules.count } == 10_000)
    }
}
