/// What `dataplane test` was asked to do.
struct TestOptions: Sendable, Equatable {
    /// Folders that hold `manifests/` and `expect.json` or `probes.json`, or folders of such folders.
    let folders: [String]
    let engine: Engine
    let staging: StagingOptions
    let edition: EditionOptions
    /// `nil`: every node on the way judges its side.
    let node: String?

    static let nodeOption = NodeOption.option(
        help: "Let this node alone judge questions about pairs (default: each node its own side)")
    static let engineOption = Engine.option(help: "Who answers")

    init(_ arguments: ParsedArguments) throws(UsageError) {
        guard !arguments.positionals.isEmpty else { throw UsageError("missing argument DIR") }
        guard !arguments.positionals.contains("") else { throw UsageError("the name of a directory is empty") }
        folders = arguments.positionals
        staging = try StagingOptions(arguments, beside: [])
        guard !staging.planned.contains("-") else {
            throw UsageError("--stage: each test reads the files anew, which standard input does not allow")
        }
        edition = try EditionOptions(arguments, beside: [])
        guard edition.mapping != "-" else {
            throw UsageError("--domains: each test reads the file anew, which standard input does not allow")
        }
        engine = try arguments.value(of: Self.engineOption) ?? .matcher
        node = try arguments.value(of: Self.nodeOption)
    }

    static let command: Command = .init(
        path: "dataplane test",
        abstract: "Run policy tests: manifests and the verdicts they must give",
        discussion: """
            A test is a folder with manifests/ and expect.json (questions about pairs, without connection tracking) \
            or probes.json (packets measured on one node, with interfaces, conversations and translations); DIR is \
            such a folder or holds some at any depth. Prints each mismatch with the rules that led to it, and exits \
            with status 1 if there is any.
            """,
        examples: [
            .init("dataplane test policy-tests/ --engine all", "ask every engine"),
            .init("dataplane test policy-tests/ --stage change.yaml --enforce-staged", "do they hold after a change?"),
        ],
        options: [engineOption.row, nodeOption.row] + StagingOptions.rows + EditionOptions.rows,
        positionals: [.init(value: ValueShape(name: "DIR", completion: .directory), isRepeated: true)],
        run: { (arguments, console) throws(UsageError) in runTest(try TestOptions(arguments), console) })
}
