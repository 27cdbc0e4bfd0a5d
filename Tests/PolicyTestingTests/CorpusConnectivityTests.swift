import Diagnostics
import Foundation
import PolicyTesting
import TestSupport
import Testing

/// Policy sets of other projects with the verdict of each packet (corpora/connectivity).
@Suite(.enabled(if: Corpora.policies != nil, "needs corpora/connectivity ($DATAPLANE_CORPORA)"))
struct CorpusConnectivityTests {
    @Test func verdictsWithoutPrivilege() throws {
        try compare([.reference, .matcher, .nft])
    }

    @Test(
        .enabled(if: getuid() == 0, "needs root: the kernel judges"),
        .enabled(if: ProcessInfo.processInfo.environment["DATAPLANE_LONG"] == "1", "takes long: DATAPLANE_LONG=1"))
    func verdictsOfTheKernel() throws {
        try compare([.kernel])
    }

    private func compare(_ engines: [EngineName]) throws {
        let corpus = try #require(Corpora.policies).appending(path: "connectivity")
        var total = PolicyTestReport()
        for test in try PolicyTestCase.find(at: corpus.path) {
            let report = try test.run(engines)
            #expect(report.failures == [] && report.probes > 0, "\(test.name)")
            #expect(report.problems.allSatisfy { !$0.diagnostics.hasErrors }, "\(test.name): something is refused")
            total.add(report)
        }
        print("connectivity corpus by \(engines.map(\.rawValue).joined(separator: ", ")): \(total.summary)")
        let mismatches = total.mismatches.map { "\($0.caseName): \($0.engine.rawValue): \($0.headline)" }
        #expect(mismatches.isEmpty, "\(mismatches.count): \(mismatches.prefix(20).joined(separator: "\n"))")
        #expect(total.cases > 0)
    }
}
