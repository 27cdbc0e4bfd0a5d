/// What `dataplane completion` was asked to do.
struct CompletionOptions: Sendable, Equatable {
    enum Shell: String, CaseIterable, Sendable {
        case bash
        case zsh
        case fish
    }

    let shell: Shell

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let words = Shell.allCases.map(\.rawValue)
        guard let word = arguments.positionals.first else {
            throw UsageError("missing argument SHELL", hint: "one of \(words.joined(separator: ", "))")
        }
        guard let shell = Shell(rawValue: word) else { throw .notOneOf(words, found: word) }
        self.shell = shell
    }

    static let command: Command = .init(
        path: "dataplane completion",
        abstract: "Print a completion script for a shell",
        examples: [
            .init("source <(dataplane completion bash)", "for this bash"),
            .init("dataplane completion zsh > \"${fpath[1]}/_dataplane\"", "for every new zsh"),
            .init("dataplane completion fish > ~/.config/fish/completions/dataplane.fish", "for every new fish"),
        ],
        positionals: [.init(value: ValueShape(name: "SHELL", choices: Shell.allCases.map(\.rawValue)))],
        run: { (arguments, console) throws(UsageError) in
            runCompletion(try CompletionOptions(arguments), console)
        })
}

private func runCompletion(_ options: CompletionOptions, _ console: Console) -> ExitStatus {
    let program = CompletionModel(root: Program.root, commands: Program.commands, alias: CheckOptions.validateCommand)
    switch options.shell {
    case .bash: console.write(BashCompletion.script(for: program))
    case .zsh: console.write(ZshCompletion.script(for: program))
    case .fish: console.write(FishCompletion.script(for: program))
    }
    return .success
}
