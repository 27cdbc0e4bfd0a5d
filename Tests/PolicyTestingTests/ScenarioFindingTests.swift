import Diagnostics
import Foundation
import TestSupport
import Testing
import Workspace

/// What reading the manifests of Tests/Scenarios reports, and where.
@Suite struct ScenarioFindingTests {
    private static let withoutPolicies: Set = [
        "001-step-1.3-no-policy", "002-demo-2-before", "002-stars-stage-0", "003-not-policy", "004-none-accept",
        "004-none-drop", "004-none-return", "004-hep-bare", "004-hep-profile",
    ]

    @Test(arguments: Scenario.all) func findingsAreThoseOfTheScenario(_ scenario: Scenario) {
        let inputs = LoadedInputs.load([scenario.manifests.path], recursive: true, whatIf: scenario.needsWhatIf)
        #expect(inputs.diagnostics.hasErrors == (scenario.exit == 2))
        for finding in scenario.findings {
            let found = inputs.diagnostics.filter { finding.describes($0, inputs.sources) }
            #expect(found.count == 1, "\(finding.file):\(finding.line): \(finding.contains)")
        }
        for diagnostic in inputs.diagnostics where diagnostic.location != nil {
            let isExpected = scenario.findings.contains { $0.describes(diagnostic, inputs.sources) }
            #expect(isExpected, "not expected: \(DiagnosticRenderer(sources: inputs.sources).text(diagnostic))")
        }
        // Of the inputs as a whole.
        let expected =
            (scenario.needsWhatIf ? ["what-if"] : [])
            + (Self.withoutPolicies.contains(scenario.name) ? ["no-policies"] : [])
        #expect(inputs.diagnostics.filter { $0.location == nil }.map(\.id) == expected)
    }
}

extension Scenario.Finding {
    fileprivate func describes(_ diagnostic: Diagnostic, _ sources: SourceMap) -> Bool {
        guard let location = diagnostic.location else { return false }
        return diagnostic.severity.rawValue == severity && location.line == line
            && sources.path(location.file).hasSuffix("/manifests/\(file)")
            && (fieldPath == nil || diagnostic.fieldPath == fieldPath)
            && "\(diagnostic.message) \(diagnostic.hint ?? "")".contains(contains)
    }
}
