import Diagnostics

/// Gathers what is wrong with one input, up to `ManifestLimits.problems`.
struct ReadingProblems {
    let file: SourceFileID
    private var listed: [Diagnostic] = []
    private var unlisted = 0
    private var unlistedErrors = 0

    init(file: SourceFileID) { self.file = file }

    /// In the order they were found.
    var diagnostics: [Diagnostic] {
        guard unlisted > 0 else { return listed }
        let problem = ReadingProblem.moreProblems(count: unlisted, errors: unlistedErrors)
        return listed + [Diagnostic(problem.severity, problem.id, at: place(0, 0), problem.message)]
    }

    mutating func report(_ problem: ReadingProblem, line: UInt32, column: UInt32) { report(problem, line, column, []) }

    /// With a second place that belongs to the finding.
    mutating func report(
        _ problem: ReadingProblem, line: UInt32, column: UInt32, note: String, noteLine: UInt32, noteColumn: UInt32
    ) {
        report(problem, line, column, [Diagnostic.Note(location: place(noteLine, noteColumn), message: note)])
    }

    private mutating func report(
        _ problem: ReadingProblem, _ line: UInt32, _ column: UInt32, _ notes: [Diagnostic.Note]
    ) {
        guard listed.count < ManifestLimits.problems else {
            unlisted += 1
            if problem.severity == .error { unlistedErrors += 1 }
            return
        }
        listed.append(
            Diagnostic(
                problem.severity, problem.id, at: place(line, column), problem.message, hint: problem.hint,
                notes: notes))
    }

    private func place(_ line: UInt32, _ column: UInt32) -> SourceLocation {
        SourceLocation(file: file, line: line, column: column)
    }
}

/// Ends the reading of an input; already reported.
struct ReadingStopped: Error {}
