/// `dataplane delete`: it has nothing to choose.
enum DeleteOptions {
    static let command: Command = .init(
        path: "dataplane delete",
        abstract: "Take the loaded rules out of this host's kernel",
        discussion: """
            Removes the table of this program and nothing else: the ruleset is then what it was before the first \
            apply. It is no error if nothing is loaded.
            """,
        run: { (_, console) in runDelete(console) })
}
