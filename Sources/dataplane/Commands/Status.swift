/// What `dataplane status` was asked to do.
struct StatusOptions: Sendable, Equatable {
    let format: TextOrJSON

    static let output = ValueOption<TextOrJSON>.choice(
        "output", "o", "FORMAT", default: .text, help: "How to print what is loaded")

    init(_ arguments: ParsedArguments) throws(UsageError) {
        format = try arguments.value(of: Self.output) ?? .text
    }

    static let command: Command = .init(
        path: "dataplane status",
        abstract: "Show what is loaded in this host's kernel",
        discussion: "Counters are shown per policy rule, if the rules were loaded with --counters.",
        options: [output.row],
        run: { (arguments, console) throws(UsageError) in runStatus(try StatusOptions(arguments), console) })
}

/// The formats of a result that people and tools read.
enum TextOrJSON: String, CaseIterable, Sendable {
    case text
    case json
}
