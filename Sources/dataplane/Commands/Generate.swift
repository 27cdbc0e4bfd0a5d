import ClusterGeneration

/// What `dataplane generate` was asked to do.
struct GenerateOptions: Sendable, Equatable {
    /// How manifests are spread over files.
    enum Files: String, CaseIterable, Sendable {
        /// One `List` of everything.
        case one
        /// At most a thousand objects of one kind in each.
        case many
    }

    let directory: String
    let cluster: ClusterPlan
    /// `nil`: manifests alone.
    let traffic: TrafficPlan?
    let format: ManifestStream.Format
    let files: Files

    static let pods = count("pods", "Pods in all", preset: 1000)
    static let policies = count("policies", "Policies in all", preset: 100)
    static let setElements = count("set-elements", "Addresses and blocks in network sets, in all", preset: 10_000)
    static let nodes = count("nodes", "Nodes (default: one for 100 pods)")
    static let namespaces = count("namespaces", "Namespaces (default: one for 10 apps)")
    static let apps = count("apps", "Groups of pods with the same labels and policies (default: one for 10 pods)")
    static let globalPolicies = count(
        "global-policies", "How many of the policies select every pod (default: up to 3)")
    static let seed = ValueOption<UInt64>(
        "seed", nil, ValueShape(name: "N", defaultText: "1"), help: "The same seed makes the same bytes",
        decode: { (text) throws(UsageError) in try number(text) })
    static let ipv4 = Flag("ipv4", help: "No IPv6 addresses (default: dual stack)")
    static let services = Flag("services", help: "A ClusterIP service for each app")
    static let packets = count("packets", "Write a capture of so many packets, too")
    static let flows = count("flows", "Flows of the capture (default: 100000)")
    static let trafficOption = ValueOption<TrafficPlan.Pattern>.choice(
        "traffic", nil, "PATTERN", default: .zipf, help: "How packets of the capture belong to flows")
    static let frames = ValueOption<TrafficPlan.Frames>.choice(
        "frames", nil, "SIZE", default: .snapped, help: "The smallest frames, or a mix cut at 96 bytes, or whole")
    static let output = ValueOption<ManifestStream.Format>.choice(
        "output", "o", "FORMAT", default: .yaml, help: "The format of the manifests")
    static let filesOption = ValueOption<Files>.choice(
        "files", nil, "HOW", default: .one, help: "One manifest, or many of at most 1000 objects")

    init(_ arguments: ParsedArguments) throws(UsageError) {
        guard let word = arguments.positionals.first else { throw UsageError("missing argument DIR") }
        guard !word.isEmpty else { throw UsageError("the name of the directory is empty") }
        directory = word
        cluster = try Self.cluster(arguments)
        traffic = try Self.traffic(arguments)
        format = try arguments.value(of: Self.output) ?? .yaml
        files = try arguments.value(of: Self.filesOption) ?? .one
    }

    private static func cluster(_ arguments: ParsedArguments) throws(UsageError) -> ClusterPlan {
        var plan = ClusterPlan(
            pods: try arguments.value(of: pods) ?? 1000, policies: try arguments.value(of: policies) ?? 100,
            setElements: try arguments.value(of: setElements) ?? 10_000, seed: try arguments.value(of: seed) ?? 1)
        plan.apps = try arguments.value(of: apps) ?? plan.apps
        plan.namespaces = try arguments.value(of: namespaces) ?? max(1, plan.apps / 10)
        plan.nodes = try arguments.value(of: nodes) ?? plan.nodes
        plan.globalPolicies = try arguments.value(of: globalPolicies) ?? plan.globalPolicies
        plan.isDualStack = !arguments.has(ipv4)
        plan.hasServices = arguments.has(services)
        if let fault = plan.fault { throw UsageError("--\(fault)") }
        return plan
    }

    private static func traffic(_ arguments: ParsedArguments) throws(UsageError) -> TrafficPlan? {
        let pattern = try arguments.value(of: trafficOption)
        let frames = try arguments.value(of: Self.frames)
        let flows = try arguments.value(of: flows)
        guard let packets = try arguments.value(of: Self.packets) else {
            guard pattern == nil, frames == nil, flows == nil else {
                throw UsageError("a capture is made only with --packets", hint: "add --packets N")
            }
            return nil
        }
        var plan = TrafficPlan(packets: packets)
        plan.pattern = pattern ?? plan.pattern
        plan.frames = frames ?? plan.frames
        plan.flows = flows ?? plan.flows
        if flows != nil, plan.pattern == .random {
            throw UsageError("--flows: in random traffic each packet begins a flow of its own")
        }
        if let fault = plan.fault { throw UsageError("--\(fault)") }
        return plan
    }

    /// An option that takes a number of things, none included; the plan checks its bounds.
    private static func count(_ name: String, _ help: String, preset: Int? = nil) -> ValueOption<Int> {
        ValueOption(name, nil, ValueShape(name: "N", defaultText: preset.map { String($0) }), help: help) {
            (text) throws(UsageError) in try number(text)
        }
    }

    private static func number<Number: FixedWidthInteger>(_ text: String) throws(UsageError) -> Number {
        guard let number = ValueDecoding.decimal(text, Number.self) else {
            throw UsageError("'\(text)' is not a number of things: 0 or more")
        }
        return number
    }

    static let command: Command = .init(
        path: "dataplane generate",
        abstract: "Make a cluster of any size, and a capture of its traffic, to measure with",
        discussion: """
            Writes DIR/manifests and, with --packets, DIR/trace.pcap; nothing that is there is overwritten. The \
            objects have all the fields that `kubectl get -o yaml` shows, about 2 KB for each pod.

            Traffic: random (each packet begins a flow of its own), zipf (a few flows have most packets; connections \
            begin, end and begin again) or established (all connections are opened first). Most flows follow the \
            policies; others probe, and are denied.
            """,
        examples: [
            .init("dataplane generate DIR --pods 100000 --policies 10000 --set-elements 1000000", "a large cluster"),
            .init("dataplane generate DIR --packets 10000000 --traffic random --frames 64", "small, much traffic"),
            .init("dataplane generate DIR --policies 10000 --global-policies 10000", "all policies on every path"),
        ],
        options: [
            pods.row, policies.row, setElements.row, nodes.row, namespaces.row, apps.row, globalPolicies.row, seed.row,
            ipv4.row, services.row, packets.row, flows.row, trafficOption.row, frames.row, output.row, filesOption.row,
        ],
        positionals: [.init(value: ValueShape(name: "DIR", completion: .directory))],
        run: { (arguments, console) throws(UsageError) in runGenerate(try GenerateOptions(arguments), console) })
}
