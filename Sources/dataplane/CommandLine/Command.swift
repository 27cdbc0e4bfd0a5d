/// One verb as data: argp, the help texts and the shell completions are all made from it.
struct Command: Sendable {
    /// An argument that is not an option.
    struct Positional: Sendable, Hashable {
        let value: ValueShape
        var isOptional = false
        var isRepeated = false

        /// As in a usage line: `DIR...`, `[FILTER...]`.
        var usage: String {
            let word = value.name + (isRepeated ? "..." : "")
            return isOptional ? "[\(word)]" : word
        }
    }

    /// A command line worth copying, and what it does.
    struct Example: Sendable, Hashable {
        let line: String
        let effect: String

        init(_ line: String, _ effect: String) {
            self.line = line
            self.effect = effect
        }
    }

    /// Reads the arguments into the command's options, then does the work.
    typealias Body = @Sendable (ParsedArguments, Console) throws(UsageError) -> ExitStatus

    /// The words that call it: `dataplane compile`.
    let path: String
    /// One line without full stop.
    let abstract: String
    /// What a user has to know beyond the options: ASCII, a line per paragraph.
    var discussion = ""
    var examples: [Example] = []
    var options: [OptionRow] = []
    var positionals: [Positional] = []
    /// Usage lines where the positionals alone don't say it.
    var usagePatterns: [String] = []
    /// What to do instead, for a user who gives too many arguments.
    var surplusHint: String?
    /// The first positional and all after it, options too, belong to another command.
    var stopsAtFirstPositional = false
    let run: Body

    /// The verb alone: `compile`.
    var name: String { path.split(separator: " ").last.map(String.init) ?? path }

    /// The rows of this command and those that all commands have.
    var allOptions: [OptionRow] { options + CommonOptions.rows }

    /// Too few or too many positionals for the table.
    func checkPositionals(_ words: [String]) throws(UsageError) {
        let required = positionals.filter { !$0.isOptional }
        if words.count < required.count {
            throw UsageError("missing argument \(required[words.count].value.name)")
        }
        if words.count > positionals.count, positionals.last?.isRepeated != true {
            throw UsageError("unexpected argument '\(words[positionals.count])'", hint: surplusHint)
        }
    }
}
