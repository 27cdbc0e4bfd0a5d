import Classification
import Diagnostics
import NetTypes
import NetworkTopology
import PolicyIR
import Testing

@testable import PolicyCompiler

/// What the API never lets through, but the engine's own rules cover (calico.md 3.6).
@Suite struct RuleLoweringTests {
    private func families(_ change: (inout PolicyRule) -> Void) -> FamilySet? {
        let cluster = ResolvedCluster(
            topology: Topology(nodes: [], endpoints: []), endpoints: [], objects: [], tiers: [], profiles: [:],
            serviceMembers: [:], nodeSettings: [], services: ServiceTable(), sources: SourceMap())
        var lowering = RuleLowering(sets: SetInterning(cluster))
        var rule = PolicyRule(action: .allow, manifestIndex: 0, location: .builtIn)
        change(&rule)
        return lowering.lower(rule)?.families
    }

    private let everything = IPPrefix(IPAddress(v4: 0), length: 0)

    @Test func aNegatedCatchAllRemovesTheRuleForItsFamily() {
        #expect(families { $0.source.notNets = [everything] } == nil)
        #expect(families { $0.destination.notNets = [everything] } == nil)
        let other = IPPrefix(IPAddress(v6: 1 << 127), length: 8)
        #expect(families { $0.source.notNets = [everything, other] } == .v6)
        #expect(families { $0.destination.notNets = [everything, other] } == .v6)
    }
}
