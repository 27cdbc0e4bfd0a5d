/// The texts of a command's table in the shapes that argp wants them.
enum HelpText {
    /// The text beside an option: its help, the valid words, the default.
    static func line(of row: OptionRow) -> String {
        guard let value = row.value else { return row.help }
        let choices = value.choices.isEmpty ? "" : ": " + value.choices.joined(separator: ", ")
        return row.help + choices + (value.defaultText.map { " (default: \($0))" } ?? "")
    }

    /// What follows `Usage: NAME [OPTION...]`; one line per way of calling the command.
    static func arguments(of command: Command) -> String {
        command.usagePatterns.isEmpty
            ? command.positionals.map(\.usage).joined(separator: " ")
            : command.usagePatterns.joined(separator: "\n")
    }

    /// argp's document: what stands before the options, a vertical tab, what stands after them.
    static func document(of command: Command) -> String {
        let before = command.abstract + "." + (command.discussion.isEmpty ? "" : "\n\n" + command.discussion)
        guard !command.examples.isEmpty else { return before + "\n" }
        let examples = command.examples.map { "  \($0.line)\n      \($0.effect)" }.joined(separator: "\n")
        return before + "\n\u{B}Examples:\n" + examples
    }

    /// One aligned line per command.
    static func list(of commands: [Command]) -> String {
        let width = commands.map(\.name.count).max() ?? 0
        return commands.map { command in
            let gap = String(repeating: " ", count: width - command.name.count)
            return "  \(command.name)\(gap)  \(command.abstract)"
        }.joined(separator: "\n")
    }
}
