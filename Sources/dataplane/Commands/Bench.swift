/// What `dataplane bench` was asked to do.
struct BenchOptions: Sendable, Equatable {
    enum Format: String, CaseIterable, Sendable {
        case text
        case json
    }

    let trace: String
    let manifests: ManifestOptions
    let edition: EditionOptions
    let format: Format
    /// How often the manifests are compiled and the trace is replayed; medians are reported.
    let runs: Int
    let limits: [BenchLimit]

    static let output = ValueOption<Format>.choice(
        "output", "o", "FORMAT", default: .text, help: "How to print the figures")
    static let runsOption = ValueOption<UInt64>(
        "runs", nil, ValueShape(name: "N", defaultText: "9"), help: "Measure so many times and report medians",
        decode: ValueDecoding.count)
    static let failAbove = ValueOption<BenchLimit>(
        "fail-above", nil, ValueShape(name: "KEY=VALUE"),
        help: "Exit with status 1 if the figure is above; repeatable",
        decode: { (text) throws(UsageError) in try BenchLimit(text, .above) })
    static let failBelow = ValueOption<BenchLimit>(
        "fail-below", nil, ValueShape(name: "KEY=VALUE"), help: "The same if it is below",
        decode: { (text) throws(UsageError) in try BenchLimit(text, .below) })

    init(_ arguments: ParsedArguments) throws(UsageError) {
        guard let file = arguments.positionals.first else { throw UsageError("missing argument TRACE") }
        guard !file.isEmpty else { throw UsageError("the name of the trace is empty") }
        trace = file
        manifests = try ManifestOptions(arguments)
        edition = try EditionOptions(arguments, beside: manifests.paths + [trace])
        guard trace != "-", !manifests.paths.contains("-"), edition.mapping != "-" else {
            throw UsageError("standard input can be read only once, and measuring reads everything several times")
        }
        format = try arguments.value(of: Self.output) ?? .text
        runs = try Int(clamping: arguments.value(of: Self.runsOption) ?? 9)
        limits = try arguments.values(of: Self.failAbove) + arguments.values(of: Self.failBelow)
    }

    static let command: Command = .init(
        path: "dataplane bench",
        abstract: "Measure how fast these policies compile and judge this trace",
        discussion: """
            Prints packets per second, nanoseconds per packet (median and 99th percentile over batches of 1024 \
            packets), the time from manifests to the match tree, the size of the tree and the peak memory of the \
            process. Times are of the machine that measures; the counts of the tree are the same everywhere, so \
            those are what continuous integration can hold to a line.
            """,
        examples: [
            .init("dataplane bench trace.pcap -f manifests/", "the figures"),
            .init("dataplane bench trace.pcap -f manifests/ -o json", "for programs"),
            .init("dataplane bench trace.pcap -f m/ --fail-above tree.rules=500", "for continuous integration"),
        ],
        options: ManifestOptions.rows + EditionOptions.rows + [
            output.row, runsOption.row, failAbove.row, failBelow.row,
        ],
        positionals: [.init(value: ValueShape(name: "TRACE", completion: .file))],
        surplusHint: ManifestOptions.surplusHint,
        run: { (arguments, console) throws(UsageError) in try runBench(try BenchOptions(arguments), console) })
}

/// A figure and the value that it must not pass.
struct BenchLimit: Sendable, Hashable {
    enum Side: String, Sendable {
        case above
        case below
    }

    let key: String
    let value: Double
    let side: Side

    init(_ text: String, _ side: Side) throws(UsageError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let value = Double(parts[1]), value.isFinite, value >= 0 else {
            throw UsageError("'\(text)' is not KEY=VALUE with a number that is not negative, such as tree.rules=500")
        }
        key = String(parts[0])
        self.value = value
        self.side = side
    }

    func isBroken(by figure: Double) -> Bool { side == .above ? figure > value : figure < value }
}
