import Diagnostics
import PolicyTesting

/// `dataplane test`: every case below the folders, every engine that was asked for.
func runTest(_ options: TestOptions, _ console: Console) -> ExitStatus {
    var status = ExitStatus.success
    var cases: [PolicyTestCase] = []
    for folder in options.folders {
        do throws(PolicyTestError) {
            cases += try PolicyTestCase.find(at: folder)
        } catch {
            console.report([Diagnostic(.error, "policy-test", at: nil, error.message)])
            status = .badInput
        }
    }
    console.startProgress("testing", total: UInt64(cases.count))
    var total = PolicyTestReport()
    for (index, var test) in cases.enumerated() {
        test.planned = options.staging.planned
        test.staging = options.staging.staging
        test.edition = options.edition.inputs
        do throws(EngineError) {
            let report = try test.run(options.engine.names, node: options.node)
            status = status.combined(with: print(report, console))
            total.add(report)
        } catch {
            console.report([Diagnostic(.error, "engine-\(error.engine.rawValue)", at: nil, error.message)])
            status = status.combined(with: error.isEnvironment ? .environment : .badInput)
            if error.isEnvironment { break }
        }
        console.advanceProgress(to: UInt64(index + 1), note: test.name)
    }
    console.endProgress()
    console.writeLine(total.summary)
    return status
}

/// Prints one case's findings; its share of the exit status.
private func print(_ report: PolicyTestReport, _ console: Console) -> ExitStatus {
    var status = ExitStatus.success
    for problem in report.problems {
        console.report(problem.diagnostics, sources: problem.sources)
        if problem.diagnostics.hasErrors { status = .badInput }
    }
    for failure in report.failures {
        console.report([Diagnostic(.error, "policy-test", at: nil, failure)])
        status = .badInput
    }
    for mismatch in report.mismatches + report.measured.decidedOtherwise {
        console.writeLine("\(mismatch.caseName): \(mismatch.engine.rawValue): \(mismatch.headline)")
        for line in mismatch.walk { console.writeLine("    \(line)") }
        status = status.combined(with: .different)
    }
    for quirk in report.measured.quirks {
        console.writeLine("\(quirk.caseName): \(quirk.engine.rawValue): quirk: \(quirk.headline)")
    }
    return status
}

extension Engine {
    /// The engines that this choice stands for.
    var names: [EngineName] {
        switch self {
        case .reference: [.reference]
        case .matcher: [.matcher]
        case .nft: [.nft]
        case .kernel: [.kernel]
        case .all: EngineName.allCases
        }
    }
}
