import NetTypes
import TestSupport
import Testing

@testable import Matching

/// The sets that change between packets.
@Suite struct DomainAddressesTests {
    /// As a set behaves, over long random histories; few distinct keys, so that chains of collisions form and break.
    @Test(arguments: 1...20) func behavesAsASet(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var found = DomainAddresses<MemberKey4>([])
        var expected: Set<UInt32> = []
        let keys = UInt32.random(in: 4...300, using: &random)
        for _ in 0..<3000 {
            let number = UInt32.random(in: 0..<keys, using: &random)
            if Bool.random(using: &random) {
                found.insert(MemberKey4(address: number))
                expected.insert(number)
            } else {
                found.remove(MemberKey4(address: number))
                expected.remove(number)
            }
            #expect(found.count == expected.count)
        }
        for number in 0..<keys {
            #expect(found.contains(MemberKey4(address: number)) == expected.contains(number), "seed \(seed)")
        }
    }

    @Test func ofIPv6() {
        var set = DomainAddresses((0..<100).map { MemberKey6(address: UInt128($0) << 64) })
        for number in 0..<50 { set.remove(MemberKey6(address: UInt128(number) << 64)) }
        for number in 0..<100 {
            #expect(set.contains(MemberKey6(address: UInt128(number) << 64)) == (number >= 50))
        }
    }
}
