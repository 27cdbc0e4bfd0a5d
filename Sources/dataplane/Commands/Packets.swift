/// What `dataplane packets` was asked to do.
struct PacketsOptions: Sendable, Equatable {
    enum Format: String, CaseIterable, Sendable {
        case csv
    }

    /// A capture file, or `-` for standard input.
    let trace: String
    let format: Format

    static let output = ValueOption<Format>.choice(
        "output", "o", "FORMAT", default: .csv, help: "How to print the packets")

    init(_ arguments: ParsedArguments) throws(UsageError) {
        guard let file = arguments.positionals.first else { throw UsageError("missing argument FILE") }
        guard !file.isEmpty else { throw UsageError("the name of the capture is empty") }
        trace = file
        format = try arguments.value(of: Self.output) ?? .csv
    }

    static let command: Command = .init(
        path: "dataplane packets",
        abstract: "Print the decoded headers of a capture",
        discussion: """
            One line per packet, for comparison with other decoders. Fields that a packet doesn't have are empty. \
            FILE may be - (stdin).
            """,
        examples: [.init("dataplane packets trace.pcap -o csv", "addresses, ports, ICMP types, fragments")],
        options: [output.row],
        positionals: [.init(value: ValueShape(name: "FILE", completion: .file))],
        run: { (arguments, console) throws(UsageError) in runPackets(try PacketsOptions(arguments), console) })
}
