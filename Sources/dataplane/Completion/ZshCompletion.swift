/// The completion script for zsh, to be found as `_dataplane` in `$fpath` or sourced.
enum ZshCompletion {
    static func script(for program: CompletionModel) -> String {
        let verbs = program.commands.map { "        \(described($0.name, $0.abstract))" }
        let cases = program.commands.map { command in
            "        \(command.name))\n            _arguments -s \(specifications(command)) ;;"
        }
        return """
            #compdef dataplane \(program.alias.name)
            # zsh completion for dataplane, made by: dataplane completion zsh
            _dataplane() {
                local curcontext=$curcontext state line
                typeset -A opt_args
                if [[ ${service:-${words[1]:t}} == \(program.alias.name) ]]; then
                    _arguments -s \(specifications(program.alias))
                    return
                fi
                local -a verbs=(
            \(verbs.joined(separator: "\n"))
                )
                _arguments -s -C \(options(program.root)) \\
                    '1:command:->verb' '*::argument:->rest'
                case $state in
                    verb) _describe -t commands command verbs ;;
                    rest) _dataplane_verb $line[1] ;;
                esac
            }
            _dataplane_verb() {
                case $1 in
            \(cases.joined(separator: "\n"))
                esac
            }
            if [[ $funcstack[1] == _dataplane ]]; then
                _dataplane "$@"
            else
                compdef _dataplane dataplane \(program.alias.name)
            fi

            """
    }

    private static func specifications(_ command: Command) -> String {
        let positionals = command.positionals.enumerated().map { index, positional in
            let place = positional.isRepeated ? "*" : "\(index + 1)"
            let optional = positional.isOptional && !positional.isRepeated ? ":" : ""
            return "\(place):\(optional)\(action(positional.value))".shellQuoted
        }
        return ([options(command)] + positionals).joined(separator: " \\\n                ")
    }

    private static func options(_ command: Command) -> String {
        command.allOptions.flatMap { row in
            CompletionModel.words(of: row).map { word in
                let help = "[\(escaped(HelpText.line(of: row), "[]:"))]"
                guard let value = row.value else { return "\(word)\(help)".shellQuoted }
                let assigned = word.hasPrefix("--") ? "=" : "+"
                return "*\(word)\(assigned)\(help):\(action(value))".shellQuoted
            }
        }.joined(separator: " \\\n                ")
    }

    /// `message:action` of `_arguments`.
    private static func action(_ value: ValueShape) -> String {
        let message = escaped(value.name.lowercased(), ":[]")
        if !value.choices.isEmpty { return "\(message):(\(value.choices.joined(separator: " ")))" }
        switch value.completion {
        case .file: return "\(message):_files"
        case .directory: return "\(message):_files -/"
        case .nothing: return "\(message): "
        }
    }

    private static func described(_ name: String, _ text: String) -> String {
        "\(name):\(escaped(text, ":"))".shellQuoted
    }

    private static func escaped(_ text: String, _ special: String) -> String {
        String(text.flatMap { special.contains($0) || $0 == "\\" ? ["\\", $0] : [$0] })
    }
}
