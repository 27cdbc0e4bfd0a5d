/// `dataplane version`.
enum VersionCommand {
    static let command: Command = .init(
        path: "dataplane version",
        abstract: "Print the version",
        run: { (_, console) throws(UsageError) in
            console.writeLine(ProgramVersion.line)
            return .success
        })
}
