/// The completion script for fish 3 and later.
enum FishCompletion {
    static func script(for program: CompletionModel) -> String {
        let verbs = program.verbs.joined(separator: " ")
        var lines = [
            "# fish completion for dataplane, made by: dataplane completion fish", "complete -c dataplane -f",
        ]
        for row in program.root.allOptions { lines.append(option(row, "dataplane", condition: nil)) }
        for command in program.commands {
            lines.append(
                "complete -c dataplane -n \(quoted("not __fish_seen_subcommand_from \(verbs)"))"
                    + " -a \(command.name) -d \(quoted(command.abstract))")
            let condition = "__fish_seen_subcommand_from \(command.name)"
            for row in command.options { lines.append(option(row, "dataplane", condition: condition)) }
            for positional in command.positionals {
                guard let words = offer(positional.value) else { continue }
                lines.append("complete -c dataplane -n \(quoted(condition)) \(words)")
            }
        }
        lines.append("complete -c \(program.alias.name) -f")
        for row in program.alias.allOptions { lines.append(option(row, program.alias.name, condition: nil)) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func option(_ row: OptionRow, _ program: String, condition: String?) -> String {
        var words = ["complete -c \(program)"]
        if let condition { words.append("-n \(quoted(condition))") }
        words.append("-l \(row.long)")
        if let short = row.short { words.append("-s \(short)") }
        if let value = row.value { words.append("-r \(offer(value) ?? "-f")") }
        words.append("-d \(quoted(row.help))")
        return words.joined(separator: " ")
    }

    /// The flags of `complete` that say what to offer; `nil` for nothing.
    private static func offer(_ value: ValueShape) -> String? {
        if !value.choices.isEmpty { return "-f -a \(quoted(value.choices.joined(separator: " ")))" }
        switch value.completion {
        case .file: return "-F"
        case .directory: return "-f -a '(__fish_complete_directories)'"
        case .nothing: return nil
        }
    }

    /// In single quotes, in which fish knows `\\` and `\'`.
    private static func quoted(_ text: String) -> String {
        "'" + String(text.flatMap { $0 == "'" || $0 == "\\" ? ["\\", $0] : [$0] }) + "'"
    }
}
