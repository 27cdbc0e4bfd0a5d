/// What `dataplane show` was asked to do: print a table of the program's own.
struct ShowOptions: Sendable, Equatable {
    enum Topic: String, CaseIterable, Sendable {
        case support
        case quirks
    }

    enum Format: String, CaseIterable, Sendable {
        case markdown
        case json
    }

    let topic: Topic
    let format: Format

    static let output = ValueOption<Format>.choice(
        "output", "o", "FORMAT", default: .markdown, help: "The form of the table")

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let words = Topic.allCases.map(\.rawValue)
        guard let word = arguments.positionals.first else {
            throw UsageError("missing argument TOPIC", hint: "one of \(words.joined(separator: ", "))")
        }
        guard let topic = Topic(rawValue: word) else { throw .notOneOf(words, found: word) }
        self.topic = topic
        format = try arguments.value(of: Self.output) ?? .markdown
    }

    static let command: Command = .init(
        path: "dataplane show",
        abstract: "Print what is supported, or Calico's known faults",
        discussion: """
            support: every kind and field of a manifest, and what becomes of it.
            quirks: the known faults of Calico's own nftables dataplane, and how to write policies around them.
            """,
        examples: [
            .init("dataplane show support", "the table of docs/support.md"),
            .init("dataplane show quirks -o json", "for a program"),
        ],
        options: [output.row],
        positionals: [.init(value: ValueShape(name: "TOPIC", choices: Topic.allCases.map(\.rawValue)))],
        run: { (arguments, console) throws(UsageError) in runShow(try ShowOptions(arguments), console) })
}

private func runShow(_ options: ShowOptions, _ console: Console) -> ExitStatus {
    switch (options.topic, options.format) {
    case (.support, .markdown): console.write(SupportText.markdown)
    case (.support, .json): console.write(SupportText.json)
    case (.quirks, .markdown): console.write(QuirkText.markdown)
    case (.quirks, .json): console.write(QuirkText.json)
    }
    return .success
}
