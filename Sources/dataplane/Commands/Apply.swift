/// What `dataplane apply` was asked to do.
struct ApplyOptions: Sendable, Equatable {
    let manifests: ManifestOptions
    let edition: EditionOptions
    /// `nil`: the node that is called like this host.
    let node: String?
    /// Whether each policy rule gets a counter.
    let counters: Bool
    /// Whether to stop before the kernel is changed.
    let isDryRun: Bool

    static let nodeOption = NodeOption.option(
        help: "Load the rules for the endpoints of this node (default: this host's name)")
    static let countersFlag = Flag("counters", help: "Count the packets of each policy rule")
    static let dryRun = Flag("dry-run", help: "Compile and say what would be loaded, but change nothing")

    init(_ arguments: ParsedArguments) throws(UsageError) {
        manifests = try ManifestOptions(arguments)
        edition = try EditionOptions(arguments, beside: manifests.paths)
        node = try arguments.value(of: Self.nodeOption)
        counters = arguments.has(Self.countersFlag)
        isDryRun = arguments.has(Self.dryRun)
    }

    static let command: Command = .init(
        path: "dataplane apply",
        abstract: "Load the compiled rules into this host's kernel",
        discussion: """
            Replaces the table of this program in one transaction, and touches no other. If an object is refused, \
            nothing is changed. Needs the capability CAP_NET_ADMIN.
            """,
        examples: [
            .init("dataplane apply -f manifests/ --node node1 --counters", "load, with a counter for each policy rule")
        ],
        options: ManifestOptions.rows + EditionOptions.rows + [nodeOption.row, countersFlag.row, dryRun.row],
        surplusHint: ManifestOptions.surplusHint,
        run: { (arguments, console) throws(UsageError) in runApply(try ApplyOptions(arguments), console) })
}
