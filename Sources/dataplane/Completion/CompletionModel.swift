/// What the completion scripts are made from: the option tables, and nothing else.
struct CompletionModel: Sendable {
    let root: Command
    let commands: [Command]
    /// The command that the program is under another name.
    let alias: Command

    var verbs: [String] { commands.map(\.name) }

    /// The words that stand for an option: `-o`, `--output`.
    static func words(of row: OptionRow) -> [String] { (row.short.map { ["-\($0)"] } ?? []) + ["--\(row.long)"] }
}

extension String {
    /// In single quotes, as bash and zsh read them.
    var shellQuoted: String {
        "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
