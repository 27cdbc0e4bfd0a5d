import Diagnostics
import Foundation
import PolicyTesting
import TestSupport
import Testing

/// Policy sets of other projects with the verdict of each packet (corpora/connectivity).
@Suite(.enabled(if: Corpora.policies != nil, "needs corpora/connectivity ($DATAPLANE_CORPORA)"))
struct CorpusConnectivityTests {
    /// Kinds that are refused as not evaluated yet. Their cases are those that may differ.
    private static let notEvaluatedYet: Set = [
        "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy",
    ]

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
        var (evaluated, later) = (PolicyTestReport(), PolicyTestReport())
        for test in try PolicyTestCase.find(at: corpus.path) {
            let report = try test.run(engines)
            #expect(report.failures == [] && report.probes > 0, "\(test.name)")
            if try Self.features(of: test).isDisjoint(with: Self.notEvaluatedYet) {
                evaluated.add(report)
            } else {
                #expect(report.problems.contains { $0.diagnostics.hasErrors }, "\(test.name): nothing is refused")
                later.add(report)
            }
        }
        let names = engines.map(\.rawValue).joined(separator: ", ")
        print("connectivity corpus by \(names): \(evaluated.summary); not evaluated yet: \(later.summary)")
        let mismatches = evaluated.mismatches.map { "\($0.caseName): \($0.engine.rawValue): \($0.headline)" }
        #expect(mismatches.isEmpty, "\(mismatches.count): \(mismatches.prefix(20).joined(separator: "\n"))")
        #expect(evaluated.cases >= 264 && evaluated.probes >= 33_463)
        #expect(!later.mismatches.isEmpty, "cases of kinds that are refused agree: are they evaluated now?")
    }

    private struct Expected: Decodable {
        var features: Set<String>
    }

    private static func features(of test: PolicyTestCase) throws -> Set<String> {
        let file = test.folder.appending(path: "expect.json")
        return try JSONDecoder().decode(Expected.self, from: Data(contentsOf: file)).features
    }
}
