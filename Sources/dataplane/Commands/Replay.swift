/// What `dataplane replay` was asked to do.
struct ReplayOptions: Sendable, Equatable {
    enum Format: String, CaseIterable, Sendable {
        case text
        case json
        case csv
    }

    /// A capture file, or `-` for standard input.
    let trace: String
    /// A pcap-filter(7) expression; empty for all packets.
    let filter: String
    let manifests: ManifestOptions
    let staging: StagingOptions
    let edition: EditionOptions
    /// `nil`: every node that the manifests know.
    let node: String?
    let interfaces: [InterfaceAssignment]
    /// Whether each packet is listed.
    let listsPackets: Bool
    let format: Format
    let verifiesKernel: Bool
    let failsOnDenied: Bool
    /// Threads that judge; the report is the same for any number.
    let workers: Int
    /// After how many packets that pass the filter to stop.
    let packetLimit: UInt64?

    static let read = ValueOption<String>(
        "read", "r", ValueShape(name: "TRACE", completion: .file), help: "The capture to replay, or - (stdin)")
    static let nodeOption = NodeOption.option(help: "Emulate this node alone (default: all nodes)")
    static let interface = ValueOption<InterfaceAssignment>(
        "interface", nil, ValueShape(name: "NAME=CIDR[,CIDR]"),
        help: "Outside addresses behind this interface of the node, or, as 198.18.0.1/24, the node's own address on it "
            + "with its block; repeatable (default: all behind eth0)",
        decode: InterfaceAssignment.decode)
    static let packets = Flag("packets", help: "List every packet with its verdict")
    static let output = ValueOption<Format>.choice(
        "output", "o", "FORMAT", default: .text, help: "How to print the report")
    static let verifyKernel = Flag(
        "verify-kernel", help: "Send the packets through the kernel, too, and compare the verdicts (needs root)")
    static let failOnDenied = Flag("fail-on-denied", help: "Exit with status 1 if a packet is denied")
    static let count = ValueOption<UInt64>(
        "count", "c", ValueShape(name: "N"), help: "Stop after this many packets", decode: ValueDecoding.count)

    static let workersOption = ValueOption<Int>(
        "workers", nil, ValueShape(name: "N"),
        help: "Threads that judge packets; the report is the same for any number (default: one for each processor)",
        decode: { (text) throws(UsageError) in Int(clamping: try ValueDecoding.count(text)) })

    init(_ arguments: ParsedArguments) throws(UsageError) {
        var words = arguments.positionals
        if let file = try arguments.value(of: Self.read) {
            trace = file
        } else if !words.isEmpty {
            trace = words.removeFirst()
        } else {
            throw UsageError("missing argument TRACE")
        }
        guard !trace.isEmpty else { throw UsageError("the name of the trace is empty") }
        filter = words.joined(separator: " ")
        manifests = try ManifestOptions(arguments)
        guard trace != "-" || !manifests.paths.contains("-") else {
            throw UsageError("standard input can be read only once: it is both the trace and a manifest")
        }
        staging = try StagingOptions(arguments, beside: manifests.paths + [trace])
        edition = try EditionOptions(arguments, beside: manifests.paths + staging.planned + [trace])
        node = try arguments.value(of: Self.nodeOption)
        interfaces = try InterfaceAssignment.all(arguments, node: node)
        listsPackets = arguments.has(Self.packets)
        format = try arguments.value(of: Self.output) ?? .text
        verifiesKernel = arguments.has(Self.verifyKernel)
        failsOnDenied = arguments.has(Self.failOnDenied)
        packetLimit = try arguments.value(of: Self.count)
        workers = try arguments.value(of: Self.workersOption) ?? SystemCalls.processorCount
    }

    static let command: Command = .init(
        path: "dataplane replay",
        abstract: "Judge the packets of a capture by the policies",
        discussion: """
            Reports the packets by verdict, by the rule that decided and by pair of endpoints, and each denied flow \
            with the policy and line that denies it. FILTER is a pcap-filter(7) expression. The exit status is 0 \
            whatever was denied, unless --fail-on-denied is given.

            When policies are staged, each packet is judged twice in the same pass: by the enforced policies, and by \
            what the cluster becomes once everything staged is carried out. The report then tells which flows that \
            would change, and why; --packets shows both verdicts.
            """,
        examples: [
            .init("dataplane replay trace.pcap -f manifests/", "the report"),
            .init("dataplane replay trace.pcap -f manifests/ --packets -o csv", "one line per packet"),
            .init("dataplane replay trace.pcap -f manifests/ --stage change.yaml", "which flows a change would break"),
            .init("dataplane replay trace.pcap -f manifests/ --as-staged", "what they would deny, if only watched"),
            .init("tcpdump -w - -i any | dataplane replay - -f manifests/ tcp port 80", "live, a part of it"),
        ],
        options: [read.row] + ManifestOptions.rows + StagingOptions.rows + EditionOptions.rows + [
            nodeOption.row, interface.row, packets.row, output.row, verifyKernel.row, failOnDenied.row, count.row,
            workersOption.row,
        ],
        positionals: [
            .init(value: ValueShape(name: "TRACE", completion: .file), isOptional: true),
            .init(value: ValueShape(name: "FILTER"), isOptional: true, isRepeated: true),
        ],
        usagePatterns: ["TRACE [FILTER...]", "-r TRACE [FILTER...]"],
        run: { (arguments, console) throws(UsageError) in runReplay(try ReplayOptions(arguments), console) })
}
