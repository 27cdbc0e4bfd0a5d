import CaseGeneration
import Foundation
import PolicyTesting

/// Generates cases in numbers and compares the engines on them: `make agree`.
///
/// Exits with status 0 when all engines agree, 1 when they differ or a generated manifest is refused, 2 on wrong
/// arguments, 3 when an engine cannot work here.
@main enum Agree {
    static func main() {
        do throws(AgreeUsageError) {
            let options = try AgreeOptions(Array(CommandLine.arguments.dropFirst()))
            exit(run(options))
        } catch {
            FileHandle.standardError.write(Data("agree: \(error.message)\n".utf8))
            exit(2)
        }
    }

    private static func run(_ options: AgreeOptions) -> Int32 {
        let plan = options.plan
        print("agree: seed \(plan.seed), \(plan.policySets) policy sets, \(plan.packetsPerSet) packets each")
        var run = AgreementRun(plan)
        var reported = 0
        for set in options.first..<(options.first + plan.policySets) {
            do throws(EngineError) {
                try run.judge(set: set)
            } catch {
                FileHandle.standardError.write(
                    Data("agree: set \(set): engine \(error.engine.rawValue): \(error.message)\n".utf8))
                return error.isEnvironment ? 3 : 1
            }
            while reported < min(run.disagreements.count, options.printed) {
                report(run.disagreements[reported], options)
                reported += 1
            }
            if (set + 1 - options.first) % 100 == 0 { print(progress(run)) }
        }
        return summarize(run)
    }

    private static func progress(_ run: AgreementRun) -> String {
        "\(run.policySets) sets, \(run.tallies[.reference]?.cases ?? 0) cases, \(run.disagreements.count) differences"
    }

    /// Shrinks a disagreement, prints it and writes its manifests.
    private static func report(_ disagreement: Disagreement, _ options: AgreeOptions) {
        let small = disagreement.shrunk(budget: 3_000)
        let folder = "\(options.output)/\(disagreement.name.replacing(" ", with: "-"))"
        let repeating = """
            again: agree --seed \(disagreement.seed) --first \(disagreement.set) --sets 1 \
            --packets \(options.plan.packetsPerSet) --engines \(disagreement.engine.rawValue)
            """
        let command = small.checkCommand(folder: "\(folder)/shrunk") ?? "no command of dataplane asks this"
        let text = (disagreement.lines + ["shrunk:"] + small.lines + [repeating, command]).joined(separator: "\n")
        print("\n\(text)\n")
        do {
            try write(disagreement.policies.yaml, to: "\(folder)/manifests/case.yaml")
            try write(small.policies.yaml, to: "\(folder)/shrunk/case.yaml")
            try write(text + "\n", to: "\(folder)/report.txt")
        } catch {
            FileHandle.standardError.write(Data("agree: \(folder): \(error.localizedDescription)\n".utf8))
        }
    }

    private static func write(_ text: String, to path: String) throws {
        let url = URL(filePath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private static func summarize(_ run: AgreementRun) -> Int32 {
        for line in (run.refusals + run.brokenInvariants).prefix(20) { print(line) }
        print("\n\(run.summary)")
        return run.isFine ? 0 : 1
    }
}
