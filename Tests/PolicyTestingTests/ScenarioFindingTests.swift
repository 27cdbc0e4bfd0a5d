import Diagnostics
import Foundation
import TestSupport
import Testing
import Workspace

/// What reading the manifests of Tests/Scenarios reports, and where.
@Suite struct ScenarioFindingTests {
    @Test(arguments: Scenario.all)
    func errorsAndWarningsAreThoseOfTheScenario(_ scenario: Scenario) {
        let inputs = LoadedInputs.load([scenario.manifests.path], recursive: true, whatIf: scenario.needsWhatIf)
        #expect(inputs.diagnostics.hasErrors == (scenario.exit == 2))
        for finding in scenario.findings {
            let found = inputs.diagnostics.filter { finding.describes($0, inputs.sources) }
            #expect(found.count == 1, "\(finding.file):\(finding.line): \(finding.contains)")
        }
        for diagnostic in inputs.diagnostics {
            let isExpected = scenario.findings.contains { $0.describes(diagnostic, inputs.sources) }
            #expect(isExpected, "not expected: \(DiagnosticRenderer(sources: inputs.sources).text(diagnostic))")
        }
    }
}

extension Scenario.Finding {
    fileprivate func describes(_ diagnostic: Diagnostic, _ sources: SourceMap) -> Bool {
        guard let location = diagnostic.location else { return false }
        return diagnostic.severity.rawValue == severity && location.line == line
            && sources.path(location.file).hasSuffix("/manifests/\(file)")
            && (fieldPath == nil || diagnostic.fieldPath == fieldPath) && diagnostic.message.contains(contains)
    }
}
