import CaseGeneration
import PolicyTesting
import Testing

/// Generated cases in small numbers; `make agree` judges millions.
struct AgreementTests {
    @Test("Reference evaluator and matcher agree on verdict and steps", arguments: [1, 2, 3, 4])
    func referenceAndMatcher(_ seed: UInt64) throws {
        try expectAgreement(
            AgreementPlan(seed: seed, policySets: 10, packetsPerSet: 250, engines: [.matcher]))
    }

    /// Judges all sets; the failures say how to repeat them.
    private func expectAgreement(_ plan: AgreementPlan) throws {
        var run = AgreementRun(plan)
        for set in 0..<plan.policySets { try run.judge(set: set) }
        #expect(run.refusals == [])
        #expect(run.brokenInvariants == [])
        let cases = run.tallies[.reference]?.cases ?? 0
        #expect(cases == plan.policySets * plan.packetsPerSet)
        for disagreement in run.disagreements.prefix(3) {
            var shrinker = Shrinker(disagreement, budget: 300)
            let small = shrinker.shrunk()
            Issue.record("\((disagreement.lines + small.lines).joined(separator: "\n"))\n\(small.policies.yaml)")
        }
        #expect(run.disagreements.isEmpty)
        // Cases of one verdict alone would show nothing.
        #expect(run.coverage.allowed > cases / 10)
        #expect(run.coverage.allowed < cases * 9 / 10)
    }
}
