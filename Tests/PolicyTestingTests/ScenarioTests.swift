import Foundation
import PolicyTesting
import TestSupport
import Testing

/// Every probe of Tests/Scenarios gets its verdict, and from engines that know it, its reason.
@Suite struct ScenarioTests {
    /// What was written when the scenarios were complete; only more may come.
    private static let caseCount = 39

    @Test func allCasesAreFound() throws {
        let scenarios = try Scenario.load()
        #expect(scenarios.count >= Self.caseCount)
        #expect(scenarios.allSatisfy { !$0.probes.isEmpty })
        #expect(try ScenarioCase.all().map(\.name) == scenarios.map(\.name))
    }

    @Test(arguments: Scenario.all)
    func withoutPrivilege(_ scenario: Scenario) throws {
        try expectNoMismatch(scenario, [.reference, .matcher, .nft])
    }

    @Test(.serialized, .enabled(if: getuid() == 0, "needs root: the kernel judges"), arguments: Scenario.all)
    func inTheKernel(_ scenario: Scenario) throws {
        try expectNoMismatch(scenario, [.kernel])
    }

    private func expectNoMismatch(_ scenario: Scenario, _ engines: [EngineName]) throws {
        let report = try ScenarioCase.of(scenario).run(engines)
        #expect(report.failures == [])
        #expect(report.probes == scenario.probes.count && report.probes > 0)
        let mismatches = report.mismatches.map { "\($0.engine.rawValue): \($0.headline)" }
        #expect(mismatches == [])
    }
}

/// Scenarios as `dataplane test` finds them.
enum ScenarioCase {
    static func all() throws -> [PolicyTestCase] {
        try PolicyTestCase.find(at: Corpora.checkout.appending(path: "Tests/Scenarios").path)
    }

    static func of(_ scenario: Scenario) throws -> PolicyTestCase {
        try #require(try PolicyTestCase.find(at: scenario.folder.path).first)
    }
}
