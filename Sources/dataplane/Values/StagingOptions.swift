import PolicyIR

/// What-if questions about staged policies: the options of every command that asks what policy says.
struct StagingOptions: Sendable, Equatable {
    /// Which policies count as enforced.
    let staging: Staging
    /// Files, directories or `-` with a planned change.
    let planned: [String]

    static let stage = ValueOption<String>(
        "stage", nil, ValueShape(name: "FILE", completion: .file),
        help: "A planned change: manifests read beside those of -f, whose policies count as staged; repeatable")
    static let enforceStaged = Flag(
        "enforce-staged", help: "Staged policies count as enforced: the verdicts are those of the change")
    static let asStaged = Flag("as-staged", help: "Enforced policies count as staged: what they deny is only told")
    static let rows = [stage.row, enforceStaged.row, asStaged.row]

    /// - Parameter inputs: what else the command reads, for standard input.
    init(_ arguments: ParsedArguments, beside inputs: [String]) throws(UsageError) {
        planned = try arguments.values(of: Self.stage)
        guard !planned.contains("") else { throw UsageError("\(Self.stage.row.displayName): the name is empty") }
        guard (planned + inputs).count(where: { $0 == "-" }) < 2 else {
            throw UsageError("standard input can be read only once: --stage - is not the only one that takes it")
        }
        switch (arguments.has(Self.enforceStaged), arguments.has(Self.asStaged)) {
        case (true, true): throw UsageError("--enforce-staged and --as-staged exclude each other")
        case (true, false): staging = .allEnforced
        case (false, true): staging = .allStaged
        case (false, false): staging = .asWritten
        }
    }
}
