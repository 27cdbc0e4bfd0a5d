/// Finds the command that a command line means, reads its arguments and runs it.
enum Program {
    /// The verbs, in the order of the help.
    static let commands: [Command] = {
        let commands = [
            CompileOptions.command, ApplyOptions.command, StatusOptions.command, DeleteOptions.command,
            ReplayOptions.command, PacketsOptions.command, CheckOptions.command, TestOptions.command,
            BenchOptions.command, GenerateOptions.command, ShowOptions.command, CompletionOptions.command,
            VersionCommand.command,
        ]
        return commands + [HelpCommand.command(for: commands.map(\.name))]
    }()

    /// `dataplane` itself: common options, then a verb.
    static let root: Command = .init(
        path: "dataplane",
        abstract: "Compile Calico and Kubernetes network policies, load them, replay traffic against them",
        discussion: "Commands:\n" + HelpText.list(of: commands) + "\n\nExit status:\n" + ExitStatus.help,
        positionals: [
            .init(value: ValueShape(name: "COMMAND", choices: commands.map(\.name)), isOptional: true, isRepeated: true)
        ],
        usagePatterns: ["COMMAND [ARG...]"],
        stopsAtFirstPositional: true,
        run: { (arguments, _) throws(UsageError) in throw noCommand(named: arguments.positionals.first) })

    /// `nil` if no verb is called so.
    static func command(named name: String) -> Command? { commands.first { $0.name == name } }

    /// Why there is nothing to run.
    static func noCommand(named name: String?) -> UsageError {
        let names = commands.map(\.name)
        guard let name else { return UsageError("no command", hint: "one of \(names.joined(separator: ", "))") }
        let nearest = NearestName.find(name, among: names)
        return UsageError("unknown command '\(name)'", hint: nearest.map { "did you mean '\($0)'?" })
    }

    /// Runs the whole command line, the program's own name included.
    static func run(_ words: [String]) -> ExitStatus {
        let name = words.first?.split(separator: "/").last.map(String.init)
        let arguments = Array(words.dropFirst())
        guard name != CheckOptions.validateCommand.name else {
            return run(CheckOptions.validateCommand, arguments, after: ParsedArguments())
        }
        let outcome = ArgpTable(root).parse(arguments)
        guard outcome.ending == .complete, let verb = outcome.arguments.positionals.first,
            let command = command(named: verb)
        else { return finish(root, outcome) }
        return run(command, Array(outcome.arguments.positionals.dropFirst()), after: outcome.arguments)
    }

    /// Runs one command; `earlier` are the common options that stood before the verb.
    private static func run(_ command: Command, _ words: [String], after earlier: ParsedArguments) -> ExitStatus {
        var outcome = ArgpTable(command).parse(words)
        outcome.arguments = outcome.arguments.preceded(by: earlier)
        return finish(command, outcome)
    }

    /// Runs the command, or prints what its arguments ask for instead, or what is wrong with them.
    private static func finish(_ command: Command, _ outcome: ArgpOutcome) -> ExitStatus {
        var settings = ConsoleSettings()
        var ending = outcome.ending
        do throws(UsageError) {
            settings = try ConsoleSettings(outcome.arguments)
        } catch {
            if ending == .complete { ending = .fault(error) }
        }
        let console = Console(settings)
        do throws(UsageError) {
            switch ending {
            case .complete:
                try command.checkPositionals(outcome.arguments.positionals)
                return console.finish(try command.run(outcome.arguments, console))
            case .inform(let row):
                inform(row, command, console)
                return console.finish(.success)
            case .fault(let error): throw error
            }
        } catch {
            console.report(error, in: command)
            return console.finish(.badInput)
        }
    }

    private static func inform(_ row: OptionRow, _ command: Command, _ console: Console) {
        if row == CommonOptions.version.row {
            console.writeLine(ProgramVersion.line)
        } else {
            console.write(ArgpTable(command).help(short: row == CommonOptions.usage.row))
        }
    }
}

extension ExitStatus {
    /// The lines of the help.
    fileprivate static let help = """
          0  fine, allowed, no difference
          1  denied, a difference, a failed policy test
          2  bad usage or bad input
          3  the environment: no permission, a missing kernel feature, a full disk
        """
}
