/// What `dataplane compile` was asked to do.
struct CompileOptions: Sendable, Equatable {
    /// The stage of the compilation to print.
    enum Format: String, CaseIterable, Sendable {
        case resources
        case ir
        case tree
        case nft
        case json
        case stats
        case statsJSON = "stats-json"

        /// Whether it shows the whole cluster, whichever node was asked for.
        var isOfCluster: Bool { self == .resources || self == .ir }
    }

    let manifests: ManifestOptions
    let staging: StagingOptions
    let edition: EditionOptions
    let format: Format
    let passes: PassOptions
    /// `nil`: the endpoints of all nodes.
    let node: String?
    /// Whether workloads without pods take part with made-up addresses.
    let whatIf: Bool
    /// Whether to print what is left when an object was refused.
    let keepsGoing: Bool
    /// Whether each policy rule gets a counter.
    let counters: Bool
    /// Where to put the output instead of standard output.
    let saveFile: String?

    static let output = ValueOption<Format>.choice(
        "output", "o", "FORMAT", default: .tree, help: "The stage of the compilation to print")
    static let nodeOption = NodeOption.option(help: "Compile for the endpoints of this node (default: all nodes)")
    static let whatIfFlag = Flag("what-if", help: "Let workloads without pods take part, with made-up addresses")
    static let keepGoing = Flag("keep-going", help: "Print what is left although objects were refused")
    static let countersFlag = Flag("counters", help: "Count the packets of each policy rule")
    static let save = ValueOption<String>(
        "save", nil, ValueShape(name: "FILE", completion: .file), help: "Write the output to a file")

    init(_ arguments: ParsedArguments) throws(UsageError) {
        manifests = try ManifestOptions(arguments)
        staging = try StagingOptions(arguments, beside: manifests.paths)
        edition = try EditionOptions(arguments, beside: manifests.paths + staging.planned)
        format = try arguments.value(of: Self.output) ?? .tree
        passes = try PassOptions(arguments)
        if let shown = passes.shown, format != .tree {
            throw UsageError("--pass \(shown) is for -o tree, not -o \(format.rawValue)")
        }
        node = try arguments.value(of: Self.nodeOption)
        whatIf = arguments.has(Self.whatIfFlag)
        keepsGoing = arguments.has(Self.keepGoing)
        counters = arguments.has(Self.countersFlag)
        saveFile = try arguments.value(of: Self.save)
    }

    static let command: Command = .init(
        path: "dataplane compile",
        abstract: "Compile manifests to a match tree, nftables rules or JSON",
        discussion: """
            Nothing is printed or saved if an object is refused, unless --keep-going is given.

            Passes that make the tree smaller, in this order; none changes a verdict or which rule decides:
            \(PassOptions.list)
            """,
        examples: [
            .init("dataplane compile -f manifests/ -o nft", "the rules in the language of nft(8)"),
            .init("dataplane compile -f manifests/ --enforce-staged", "the tree once staged policies are enforced"),
            .init("kubectl get np,pod,ns,svc -A -o yaml | dataplane compile -f - -o stats", "counts of a live cluster"),
            .init("dataplane compile -f manifests/ --pass fuse-rules", "the tree before and after one pass"),
        ],
        options: ManifestOptions.rows + StagingOptions.rows + EditionOptions.rows + PassOptions.rows + [
            output.row, nodeOption.row, whatIfFlag.row, keepGoing.row, countersFlag.row, save.row,
        ],
        surplusHint: ManifestOptions.surplusHint,
        run: { (arguments, console) throws(UsageError) in runCompile(try CompileOptions(arguments), console) })
}
