/// `dataplane help [COMMAND]`.
enum HelpCommand {
    /// `names` are those of the other commands.
    static func command(for names: [String]) -> Command {
        Command(
            path: "dataplane help",
            abstract: "Print the help of a command",
            positionals: [.init(value: ValueShape(name: "COMMAND", choices: names), isOptional: true)],
            run: { (arguments, console) throws(UsageError) in
                let name = arguments.positionals.first
                guard let subject = name.map({ Program.command(named: $0) }) ?? Program.root else {
                    throw Program.noCommand(named: name)
                }
                console.write(ArgpTable(subject).help(short: false))
                return .success
            })
    }
}
