import Diagnostics
import Foundation
import PolicyTesting
import TestSupport
import Testing

/// Verdicts and deciding steps measured on a node that a real Felix programmed (corpora/truth).
@Suite(.enabled(if: Corpora.policies != nil, "needs corpora/truth ($DATAPLANE_CORPORA)"))
struct CorpusTruthTests {
    private static let isLong = ProcessInfo.processInfo.environment["DATAPLANE_LONG"] == "1"

    @Test func verdictsAndStepsByTheMatcher() throws { try compare(.matcher, every: 1) }

    @Test func verdictsAndStepsByTheReference() throws { try compare(.reference, every: Self.isLong ? 1 : 4) }

    @Test func verdictsOfInterpretedRules() throws { try compare(.nft, every: Self.isLong ? 1 : 4) }

    @Test(.enabled(if: getuid() == 0, "needs root: the kernel judges"))
    func verdictsOfTheKernel() throws { try compare(.kernel, every: Self.isLong ? 1 : 12) }

    /// - Parameter stride: takes every so many-th case; all when `DATAPLANE_LONG` is 1.
    private func compare(_ engine: EngineName, every stride: Int) throws {
        var total = PolicyTestReport()
        let folder = try #require(Corpora.policies).appending(path: "truth")
        let cases = try PolicyTestCase.find(at: folder.path)
        for (index, test) in cases.enumerated() where index % stride == 0 {
            let report = try test.run([engine])
            #expect(report.failures == [] && report.measured.probes > 0, "\(test.name)")
            #expect(report.problems.allSatisfy { !$0.diagnostics.hasErrors }, "\(test.name): something is refused")
            total.add(report)
        }
        print("truth corpus by \(engine.rawValue): \(total.summary)")
        let faults = (total.mismatches + total.measured.decidedOtherwise).map { "\($0.caseName): \($0.headline)" }
        #expect(faults.isEmpty, "\(faults.count): \(faults.prefix(20).joined(separator: "\n"))")
        #expect(total.measured.cases > 0)
    }
}
