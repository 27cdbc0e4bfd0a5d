import CaseGeneration
import Glibc
import PolicyTesting
import Testing

/// Generated cases in small numbers; `make agree` judges millions. The reference evaluator is what the others are
/// compared with.
@Suite struct AgreementTests {
    @Test("Matcher and interpreted nftables rules agree with the reference evaluator", arguments: 1...3)
    func unprivilegedEngines(_ seed: Int) throws {
        try expectAgreement(
            AgreementPlan(
                seed: UInt64(seed), policySets: 10, packetsPerSet: 250, engines: [.matcher, .nft]))
    }
}

/// The same with the rules in the kernel.
@Suite(.serialized, .enabled(if: getuid() == 0, "needs root")) struct KernelAgreementTests {
    @Test("The kernel agrees with the reference evaluator", arguments: 4...4)
    func kernel(_ seed: Int) throws {
        try expectAgreement(
            AgreementPlan(seed: UInt64(seed), policySets: 10, packetsPerSet: 250, engines: [.kernel]))
    }
}

/// Judges all sets of a plan; failures say how to repeat them.
private func expectAgreement(_ plan: AgreementPlan) throws {
    var run = AgreementRun(plan)
    for set in 0..<plan.policySets { try run.judge(set: set) }
    print(run.summary)
    #expect(run.refusals == [])
    #expect(run.brokenInvariants == [])
    let cases = run.tallies[.reference]?.cases ?? 0
    #expect(cases == plan.policySets * plan.packetsPerSet)
    for engine in plan.engines { #expect(run.tallies[engine]?.cases ?? 0 > cases / 2) }
    for disagreement in run.disagreements.prefix(3) {
        let small = disagreement.shrunk(budget: 300)
        Issue.record("\((disagreement.lines + small.lines).joined(separator: "\n"))\n\(small.policies.yaml)")
    }
    #expect(run.disagreements.isEmpty)
    // Cases of one verdict alone would show nothing.
    #expect(run.coverage.allowed > cases / 10)
    #expect(run.coverage.allowed < cases * 9 / 10)
    #expect(run.coverage.decidingRules > run.coverage.rules / 4)
}
