/// The completion script for bash 4 and later; needs no other package.
enum BashCompletion {
    static func script(for program: CompletionModel) -> String {
        let cases = ([program.root] + program.commands + [program.alias]).map(commandCase)
        return """
            # bash completion for dataplane, made by: dataplane completion bash
            _dataplane() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} verb=${1##*/} index
                # bash splits --option=value at the equals sign.
                if [[ $current == = ]]; then
                    current=
                elif [[ $previous == = ]]; then
                    previous=${COMP_WORDS[COMP_CWORD-2]}
                fi
                if [[ $verb != \(program.alias.name) ]]; then
                    verb=dataplane
                    for ((index = 1; index < COMP_CWORD; index++)); do
                        case ${COMP_WORDS[index]} in
                            \(program.root.allOptions.filter { $0.value != nil }.flatMap(CompletionModel.words).joined(separator: "|")))
                                [[ ${COMP_WORDS[index+1]} == = ]] && ((index++))
                                ((index++)) ;;
                            -*) ;;
                            *) verb=${COMP_WORDS[index]}; break ;;
                        esac
                    done
                fi
                COMPREPLY=()
                local options= words= files=
                case $verb in
            \(cases.joined(separator: "\n"))
                esac
                if [[ $current == -* && -z $files ]]; then
                    words=$options
                fi
                case $files in
                    file) compopt -o default; return ;;
                    directory) compopt -o dirnames; return ;;
                esac
                COMPREPLY=($(compgen -W "$words" -- "$current"))
            }
            complete -F _dataplane dataplane \(program.alias.name)

            """
    }

    /// Sets `options`, and `words` or `files` for what stands after `previous`.
    private static func commandCase(_ command: Command) -> String {
        var lines = ["        \(command.name))"]
        lines.append(
            "            options='\(command.allOptions.flatMap(CompletionModel.words).joined(separator: " "))'")
        lines.append("            case $previous in")
        for row in command.allOptions {
            guard let value = row.value else { continue }
            let pattern = CompletionModel.words(of: row).joined(separator: "|")
            lines.append("                \(pattern)) \(answer(value)); options= ;;")
        }
        lines.append("                *) \(positionalAnswer(command)) ;;")
        lines.append("            esac ;;")
        return lines.joined(separator: "\n")
    }

    private static func positionalAnswer(_ command: Command) -> String {
        let choices = command.positionals.flatMap { $0.value.choices }
        if !choices.isEmpty { return "words='\(choices.joined(separator: " "))'" }
        let files = command.positionals.map(\.value.completion).first { $0 != .nothing }
        guard let files else { return ":" }
        return "[[ $current == -* ]] || files=\(files == .file ? "file" : "directory")"
    }

    private static func answer(_ value: ValueShape) -> String {
        switch value.completion {
        case .file: "files=file"
        case .directory: "files=directory"
        case .nothing: "words='\(value.choices.joined(separator: " "))'"
        }
    }
}
