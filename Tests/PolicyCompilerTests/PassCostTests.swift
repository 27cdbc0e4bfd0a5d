import Classification
import Foundation
import MatchTreeFixtures
import NetTypes
import Testing

@testable import PolicyCompiler

/// Four times the policies cost about four times the work, whatever shape they have.
@Suite(.serialized) struct PassCostTests {
    enum Shape: CaseIterable {
        /// A policy each with sets of its own, beside one large set that all name.
        case manyPolicies
        /// All rules in one policy, none of which another covers.
        case oneLongPolicy
        /// Sets inside one another, each named beside the next.
        case nestedSets
        /// Policies that all pass on, for all endpoints.
        case passes
    }

    @Test(arguments: Shape.allCases) func growsWithTheTree(_ shape: Shape) {
        let (small, large) = (Self.tree(shape, 200), Self.tree(shape, 800))
        for pass in TreePass.all {
            _ = pass(small)
            let times = [small, large].map { tree in (0..<3).map { _ in Self.cpuTime { _ = pass(tree) } }.min() ?? 0 }
            // Quadratic work would take sixteen times as long.
            #expect(times[1] < max(9 * times[0], 0.05), "\(pass.name): \(times)")
        }
    }

    private static func tree(_ shape: Shape, _ count: Int) -> MatchTree {
        var fixture = TreeFixture(
            pods: (0..<count).map { index in
                TreeFixture.Pod("shop/\(index)", interface: "cali\(index)", addresses: [])
            })
        let blocks = (0..<count).map { "10.\($0 >> 8).\($0 & 255).0/25" }
        let all = fixture.addresses(blocks, meaning: "all")
        func port(_ index: Int) -> PortMatch {
            PortMatch(ranges: [PortRange(UInt16(index * 2 + 1))], namedSets: [])
        }
        func rule(_ index: Int, _ sets: [IPSetID]) -> (RuleAction, RuleMatch) {
            (
                .allow,
                RuleMatch(
                    protocols: ProtocolSet(.tcp), source: SideMatch(inSets: sets),
                    destination: SideMatch(ports: port(index)))
            )
        }
        var programs: [ProgramID] = []
        switch shape {
        case .manyPolicies:
            programs = (0..<count).map { index in
                let own = fixture.addresses([blocks[index]], meaning: "own")
                let policy = fixture.policy("p\(index)", rules: [rule(index, [own, all]), rule(index + 1, [all])])
                return fixture.program(.ingress, tiers: [("default", [policy], true)])
            }
        case .oneLongPolicy:
            let policy = fixture.policy("long", rules: (0..<count).map { rule($0, [all]) })
            programs = [fixture.program(.ingress, tiers: [("default", [policy], true)])]
        case .nestedSets:
            let sets = (0..<count).map { index in
                fixture.addresses(Array(blocks[(index & ~31)...index]), meaning: "\(index)")
            }
            let policy = fixture.policy("nested", rules: (1..<count).map { rule($0, [sets[$0 - 1], sets[$0]]) })
            programs = [fixture.program(.ingress, tiers: [("default", [policy], true)])]
        case .passes:
            let policies = (0..<count).map { index in
                fixture.policy("p\(index)", rules: [(.pass, RuleMatch(families: index % 2 == 0 ? .v4 : .v6))])
            }
            programs = (0..<8).map { _ in fixture.program(.ingress, tiers: [("default", policies, false)]) }
        }
        fixture.assign(ingress: programs, egress: [fixture.program(.egress)])
        return fixture.tree
    }

    /// Seconds of this thread.
    private static func cpuTime(_ work: () -> Void) -> Double {
        func now() -> Double {
            var time = timespec()
            unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        }
        let start = now()
        work()
        return now() - start
    }
}
