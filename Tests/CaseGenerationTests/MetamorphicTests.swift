import CaseGeneration
import Classification
import Diagnostics
import NetTypes
import NetworkTopology
import PolicyCompiler
import PolicyIR
import PolicyTesting
import Testing
import Workspace

/// Changes of the manifests that must not change what is compiled, or what is decided.
struct MetamorphicTests {
    private static let seeds: [UInt64] = Array(100..<110)

    @Test("The order of documents does not show, in no byte of the tree", arguments: seeds)
    func orderOfDocuments(_ seed: UInt64) {
        let policies = PolicyGenerator.policySet(seed: seed)
        let first = policies.loadFilePerDocument()
        for shuffle in 0..<UInt64(3) {
            let second = policies.shuffled(seed: seed + shuffle).loadFilePerDocument()
            #expect(first.tree.text == second.tree.text, "seed \(seed)")
            #expect(first.tree.json == second.tree.json, "seed \(seed)")
            #expect(first.cluster.text == second.cluster.text, "seed \(seed)")
            #expect(first.cluster.serviceMembers == second.cluster.serviceMembers, "seed \(seed)")
        }
    }

    @Test("The order of keys in mappings does not show", arguments: seeds)
    func orderOfKeys(_ seed: UInt64) {
        let policies = PolicyGenerator.policySet(seed: seed)
        let shuffled = policies.withShuffledKeys(seed: seed)
        #expect(policies.yaml != shuffled.yaml)
        #expect(withoutPlaces(policies.load().tree.text) == withoutPlaces(shuffled.load().tree.text), "seed \(seed)")
    }

    /// Lines differ when keys do.
    private func withoutPlaces(_ text: String) -> String {
        text.split(separator: "\n").map { line in line.split(separator: "  # case.yaml:")[0] }.joined(separator: "\n")
    }

    @Test("Staged and enforced again, policies are what they were; staged, no chain has them", arguments: seeds)
    func stagedAndEnforcedAgain(_ seed: UInt64) throws {
        var policies = PolicyGenerator.policySet(seed: seed)
        policies.documents.removeAll { document in
            document["kind"] == .text("StagedNetworkPolicy") || document["kind"] == .text("StagedGlobalNetworkPolicy")
        }
        let cluster = policies.load().cluster
        let staged = cluster.stagingEnforced
        #expect(try #require(staged.enforcingStaged).text == cluster.text, "seed \(seed)")
        let chains = MatchTree.compile(staged).chains
        let judging = chains.filter { if case .policy = $0.owner { true } else { false } }
        #expect(judging.isEmpty && !chains.isEmpty, "seed \(seed)")
    }

    @Test("Policies that select nobody, and pods whose address no packet has, change no decision", arguments: seeds)
    func unrelatedObjects(_ seed: UInt64) throws {
        let policies = PolicyGenerator.policySet(seed: seed)
        try expectEqualDecisions(policies, policies.withUnrelatedObjects(), seed) { $0 }
    }

    @Test("A copy of every policy behind it changes no decision", arguments: seeds)
    func copiesOfPolicies(_ seed: UInt64) throws {
        let policies = PolicyGenerator.policySet(seed: seed)
        try expectEqualDecisions(policies, policies.withCopiedPolicies(), seed) { cause in
            guard case .endOfTier(let tier, let isolating) = cause else { return cause }
            let originals = isolating.filter { !$0.name.hasSuffix(PolicySet.copySuffix) }
            #expect(originals.count * 2 == isolating.count)
            return .endOfTier(tier, isolating: originals)
        }
    }

    @Test("Other spellings of protocols, ports and selectors change no decision", arguments: seeds)
    func spellings(_ seed: UInt64) throws {
        let policies = PolicyGenerator.policySet(seed: seed)
        try expectEqualDecisions(policies, policies.withOtherSpellings(), seed) { $0 }
    }

    @Test("Rules split by net and port, and rules that only log, change no verdict", arguments: seeds)
    func splitAndLoggedRules(_ seed: UInt64) throws {
        let policies = PolicyGenerator.policySet(seed: seed)
        try expectEqualDecisions(policies, policies.withSplitLists().withLogRules(), seed, nil)
    }

    @Test("Kubernetes policies mean what their Calico translations mean", arguments: seeds)
    func kubernetesPolicies(_ seed: UInt64) throws {
        let policies = PolicyGenerator.policySet(seed: seed)
        try expectEqualDecisions(policies, policies.withKubernetesPoliciesTranslated(), seed, nil)
    }

    @Test("Cluster-wide policies mean what their Calico translations mean", arguments: seeds)
    func clusterPolicies(_ seed: UInt64) throws {
        let policies = PolicyGenerator.policySet(seed: seed)
        try expectEqualDecisions(policies, policies.withClusterPoliciesTranslated(), seed, nil)
    }

    /// Packets at the boundaries of the first manifests get the same verdict; with `original`, through which causes
    /// of the second are seen, for the same causes.
    private func expectEqualDecisions(
        _ first: PolicySet, _ second: PolicySet, _ seed: UInt64, _ original: ((DecisionCause) -> DecisionCause)?
    ) throws {
        let (before, after) = (first.load(), second.load())
        #expect(after.refusals == [])
        var (matcherBefore, matcherAfter) = (try EngineName.matcher.make(before), try EngineName.matcher.make(after))
        let packets = PacketGenerator(before).packets(300, seed: seed)
        let old = try matcherBefore.judge(packets.compactMap { $0.request(before.cluster.topology) })
        let new = try matcherAfter.judge(packets.compactMap { $0.request(after.cluster.topology) })
        try #require(old.count == packets.count && new.count == packets.count)
        for (packet, (expected, found)) in zip(packets, zip(old, new)) {
            #expect(expected.verdict == found.verdict, "seed \(seed), \(packet)")
            guard let original else { continue }
            #expect(
                expected.steps?.map(\.cause) == found.steps?.map { original($0.cause) }, "seed \(seed), \(packet)")
        }
    }
}
