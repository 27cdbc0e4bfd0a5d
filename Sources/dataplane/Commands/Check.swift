import NetTypes

/// What `dataplane check` was asked to do.
struct CheckOptions: Sendable, Equatable {
    let source: PeerReference
    let destination: PeerReference
    let manifests: ManifestOptions
    let staging: StagingOptions
    let edition: EditionOptions
    /// `nil` if neither it nor anything that implies it was given.
    let proto: IPProtocol?
    /// Of the destination.
    let port: UInt16?
    let sourcePort: UInt16?
    let icmp: ICMPQuery?
    /// `nil`: every node on the way judges its side.
    let node: String?
    let interfaces: [InterfaceAssignment]
    let engine: Engine
    let format: TextOrJSON
    /// Whether to print rules that didn't match, too.
    let isVerbose: Bool

    static let portOption = ValueOption<UInt16>(
        "port", nil, ValueShape(name: "N"), help: "Destination port", decode: ValueDecoding.port)
    static let protocolOption = ValueOption<IPProtocol>(
        "protocol", nil, ValueShape(name: "P", defaultText: "tcp if a port is given"),
        help: "\(ValueDecoding.protocolNames.joined(separator: ", ")), or a number", decode: ValueDecoding.ipProtocol)
    static let icmpType = ValueOption<ICMPQuery>(
        "icmp-type", nil, ValueShape(name: "TYPE[/CODE]"), help: "ICMP type and code", decode: ICMPQuery.decode)
    static let sourcePortOption = ValueOption<UInt16>(
        "source-port", nil, ValueShape(name: "N"), help: "Source port", decode: ValueDecoding.port)
    static let nodeOption = NodeOption.option(help: "Let this node alone judge (default: each node its own side)")
    static let engineOption = Engine.option(help: "Who answers")
    static let output = ValueOption<TextOrJSON>.choice(
        "output", "o", "FORMAT", default: .text, help: "How to print the verdict")
    static let verbose = Flag("verbose", "v", help: "Print the rules that did not match, too")

    static let queryRows = [
        portOption.row, protocolOption.row, icmpType.row, sourcePortOption.row, nodeOption.row,
        ReplayOptions.interface.row, engineOption.row,
        output.row, verbose.row,
    ]

    /// `check SRC DST`; manifests from the current directory, if nothing else names them.
    init(_ arguments: ParsedArguments) throws(UsageError) {
        let words = arguments.positionals
        guard words.count == 2 else { throw UsageError("two ends are needed: SRC and DST") }
        let manifests = try ManifestOptions(arguments, fallback: ".")
        try self.init(arguments, from: words[0], to: words[1], namespace: manifests.namespace, manifests)
    }

    /// `calico-validate POD_A POD_B NAMESPACE`.
    init(validate arguments: ParsedArguments) throws(UsageError) {
        let words = arguments.positionals
        guard words.count == 3 else { throw UsageError("three names are needed: POD_A, POD_B and NAMESPACE") }
        var inNamespace = arguments
        do {
            inNamespace.add(try ValueDecoding.namespace(words[2]), to: ManifestOptions.namespaceOption.row)
        } catch {
            throw UsageError("NAMESPACE: \(error.message)", hint: error.hint)
        }
        let manifests = try ManifestOptions(inNamespace, fallback: ".")
        try self.init(arguments, from: words[0], to: words[1], namespace: manifests.namespace, manifests)
    }

    private init(
        _ arguments: ParsedArguments, from sourceText: String, to destinationText: String, namespace: String,
        _ manifests: ManifestOptions
    ) throws(UsageError) {
        self.manifests = manifests
        staging = try StagingOptions(arguments, beside: manifests.paths)
        edition = try EditionOptions(arguments, beside: manifests.paths + staging.planned)
        source = try PeerReference(sourceText, namespace: namespace)
        destination = try PeerReference(destinationText, namespace: namespace)
        if case .address(_, port: .some) = source {
            throw UsageError("SRC: '\(sourceText)' has a port", hint: "a source port is given by --source-port")
        }
        icmp = try arguments.value(of: Self.icmpType)
        sourcePort = try arguments.value(of: Self.sourcePortOption)
        port = try Self.port(try arguments.value(of: Self.portOption), destination)
        proto = try Self.proto(
            try arguments.value(of: Self.protocolOption), hasPorts: port != nil || sourcePort != nil, icmp, destination)
        node = try arguments.value(of: Self.nodeOption)
        interfaces = try InterfaceAssignment.all(arguments, node: node)
        engine = try arguments.value(of: Self.engineOption) ?? .matcher
        format = try arguments.value(of: Self.output) ?? .text
        isVerbose = arguments.has(Self.verbose)
    }

    /// The port of `--port` or of the address, which must not differ.
    private static func port(_ option: UInt16?, _ destination: PeerReference) throws(UsageError) -> UInt16? {
        guard case .address(_, let written?) = destination else { return option }
        guard let option, option != written else { return written }
        throw UsageError("DST has port \(written), --port says \(option)")
    }

    /// The protocol given or implied; refuses ports and types that it doesn't have.
    private static func proto(
        _ given: IPProtocol?, hasPorts: Bool, _ icmp: ICMPQuery?, _ destination: PeerReference
    ) throws(UsageError) -> IPProtocol? {
        if icmp != nil {
            guard !hasPorts else { throw UsageError("ICMP has no ports: --icmp-type stands alone") }
            var implied = IPProtocol.icmp
            if case .address(let address, _) = destination { implied = .icmp(of: address.family) }
            let proto = given ?? implied
            guard proto == .icmp || proto == .icmpv6 else {
                throw UsageError("--icmp-type: \(proto) has no ICMP types")
            }
            return proto
        }
        if hasPorts, let given, !given.hasPorts { throw UsageError("protocol \(given) has no ports") }
        return given ?? (hasPorts ? .tcp : nil)
    }

    static let command: Command = .init(
        path: "dataplane check",
        abstract: "Ask whether one end may open a connection to another",
        discussion: """
            Prints the verdict and the rules that led to it; exits with status 0 if the connection is allowed, 1 if \
            it is denied. Manifests are read from -f, else from $DATAPLANE_MANIFESTS, else from the current directory. \
            Where staged policies would change the verdict or its reason, that is printed, too; the exit status does \
            not depend on it.

            SRC and DST are written \(PeerReference.forms).
            """,
        examples: [
            .init("dataplane check frontend backend --port 8080 -f manifests/", "two pods of one namespace"),
            .init("dataplane check a b --port 80 -f manifests/ --stage change.yaml", "before and after a change"),
            .init("dataplane check web/client 198.51.100.9 --protocol icmp", "a pod and an address outside"),
        ],
        options: ManifestOptions.rows + StagingOptions.rows + EditionOptions.rows + queryRows,
        positionals: [.init(value: ValueShape(name: "SRC")), .init(value: ValueShape(name: "DST"))],
        surplusHint: ManifestOptions.surplusHint,
        run: { (arguments, console) throws(UsageError) in runCheck(try CheckOptions(arguments), console) })

    /// The same question under the name that a link to this program gives it.
    static let validateCommand: Command = .init(
        path: "calico-validate",
        abstract: "Ask whether pod A may open a connection to pod B of the same namespace",
        discussion: """
            The same as dataplane check POD_A POD_B -n NAMESPACE: exits with status 0 if the connection is allowed, \
            1 if it is denied, 2 on errors. Manifests are read from -f, else from $DATAPLANE_MANIFESTS, else from the \
            current directory.
            """,
        examples: [.init("calico-validate frontend backend default --port 8080", "two pods of namespace default")],
        options: [ManifestOptions.file.row, ManifestOptions.recursive.row] + StagingOptions.rows + EditionOptions.rows
            + queryRows,
        positionals: [
            .init(value: ValueShape(name: "POD_A")), .init(value: ValueShape(name: "POD_B")),
            .init(value: ValueShape(name: "NAMESPACE")),
        ],
        surplusHint: ManifestOptions.surplusHint,
        run: { (arguments, console) throws(UsageError) in runCheck(try CheckOptions(validate: arguments), console) })
}
