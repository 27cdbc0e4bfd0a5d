import CMeter
import Classification
import ClusterGeneration
import Diagnostics
import Glibc
import PolicyCompiler
import PolicyIR
import Resources
import TraceReplay
import Workloads
import Workspace

/// What `measure` can do; Python drives it.
enum Commands {
    static func run(_ words: [String]) throws {
        switch (words.first, words.count) {
        case ("classify", 3): try serve(manifests: words[1], trace: words[2], limit: .max)
        case ("classify", 4): try serve(manifests: words[1], trace: words[2], limit: Int(words[3]) ?? .max)
        case ("classify", 5):
            try serve(
                manifests: words[1], trace: words[2], limit: Int(words[3]) ?? .max, sample: Int(words[4]) ?? 0)
        case ("compile", 2): try compile(words[1])
        case ("replay", 3): try replay(manifests: words[1], trace: words[2])
        case ("generate", 3): try generate(words[1], packets: Int(words[2]) ?? 0)
        case ("resolve", 3): try resolve(words[1], Int(words[2]) ?? 0, node: nil)
        case ("resolve", 4): try resolve(words[1], Int(words[2]) ?? 0, node: words[3])
        case ("fixed", 3): try FixedWork.run(words[1], units: Int(words[2]) ?? 0)
        case ("counts", 1): try counts()
        default:
            throw WorkloadError(
                "classify MANIFESTS TRACE [KEYS [SAMPLE]] | compile PATH | replay PATH TRACE | generate DIR PACKETS | "
                    + "resolve A|B|C SIZE [NODE] | fixed WORKLOAD UNITS | counts")
        }
    }

    // MARK: Passes on demand

    /// One pass over all keys for each line on standard input, so that passes of peers can stand between ours.
    ///
    /// - Parameter sample: keys whose verdicts are compared with the reference's; `nil`: as many as it does in a while.
    private static func serve(manifests: String, trace: String, limit: Int, sample: Int? = nil) throws {
        let inputs = LoadedInputs.load([manifests], recursive: false, whatIf: false)
        guard inputs.diagnostics.isEmpty else { throw WorkloadError(inputs.diagnostics[0].message) }
        var workload = ClassifyWorkload(inputs, try TraceKeys(path: trace, limit: limit).keys)
        workload.pass()
        // The reference looks at every rule and object for each of them.
        let sample = sample ?? max(50, min(500, 1_000_000 / max(1, inputs.tree.statistics.rules)))
        let differences = workload.differences(sample: sample)
        guard differences.isEmpty else { throw WorkloadError(differences[0]) }
        let missing = SetElements.missing(inputs)
        guard missing == 0 else { throw WorkloadError("\(missing) elements of network sets are in no set of the tree") }
        let facts = inputs.tree.statistics.rows.map { ($0.name, Double($0.value)) }
        emit(
            facts + [
                ("keys", Double(workload.keys.count)), ("denied", Double(workload.denied)),
                ("shareJudged", workload.shareJudged),
                ("residualShare", Double(workload.residual) / Double(max(1, workload.keys.count))),
                ("sampled", Double(sample)), ("setElements", Double(SetElements.count(inputs))),
                ("peakBytes", Double(peakBytes)),
            ] + workload.tableFacts)
        let clock = ContinuousClock()
        while readLine() != nil {
            let before = meter_allocations()
            let start = clock.now
            workload.pass()
            let time = start.duration(to: clock.now) / .seconds(1)
            let allocations = meter_allocations() - before
            emit([
                ("seconds", time), ("items", Double(workload.keys.count)), ("allocations", Double(allocations)),
            ])
        }
    }

    // MARK: Manifests to match tree

    private static func compile(_ path: String) throws {
        let inputs = LoadedInputs.load([path], recursive: false, whatIf: false)
        guard inputs.diagnostics.isEmpty else { throw WorkloadError(inputs.diagnostics[0].message) }
        emit(inputs.tree.statistics.rows.map { ($0.name, Double($0.value)) })
    }

    /// What `dataplane replay` does, for gates that have only this program.
    private static func replay(manifests: String, trace: String) throws {
        let inputs = LoadedInputs.load([manifests], recursive: false, whatIf: false)
        var session = try ReplaySession(path: trace, tree: inputs.tree)
        while session.step(frames: 4096) {}
        let verdicts = session.report().verdicts
        emit([("allow", Double(verdicts.allow)), ("deny", Double(verdicts.deny))])
    }

    /// The small cluster and a capture of its traffic, into a new folder.
    private static func generate(_ folder: String, packets: Int) throws {
        guard unsafe mkdir(folder, 0o777) == 0 else { throw WorkloadError("can't make \(folder)") }
        var traffic = TrafficPlan(packets: packets)
        traffic.flows = 10_000
        try OutputFile.write(GeneratedCluster.manifests(GeneratedCluster.small), to: "\(folder)/cluster.yaml")
        try OutputFile.write(GeneratedCluster.trace(GeneratedCluster.small, traffic), to: "\(folder)/trace.pcap")
    }

    // MARK: Shapes of Felix's benchmark

    /// - Parameter node: that judges alone, as Felix does; `nil`: every node.
    private static func resolve(_ shape: String, _ size: Int, node: String?) throws {
        let snapshot: ClusterSnapshot =
            switch shape {
            case "A": try FelixShapes.markers(pods: size * 25, policies: size)
            case "B": try FelixShapes.networkSets(pods: 10_000, sets: size)
            case "C": try FelixShapes.tenants(size)
            default: throw WorkloadError("shapes are A, B and C")
            }
        var options = ResolveOptions(whatIf: false)
        options.node = node
        let before = peakBytes
        var sites = 0
        var rows: [(String, Double)] = []
        let time = seconds {
            let resolved = ResolvedCluster.resolve(snapshot, options: options)
            let tree = MatchTree.compile(resolved.cluster)
            sites = tree.sites.count
            rows = tree.statistics.rows.map { ($0.name, Double($0.value)) }
        }
        emit(
            [
                ("seconds", time), ("sites", Double(sites)), ("objectBytes", Double(before)),
                ("peakBytes", Double(peakBytes)),
            ] + rows)
    }

    // MARK: Counts that are the same everywhere

    private static func counts() throws {
        for (name, plan) in [("tiny", GeneratedCluster.tiny), ("small", GeneratedCluster.small)] {
            let workload = ClassifyWorkload(try GeneratedCluster.inputs(plan), [])
            for row in workload.inputs.tree.statistics.rows { emit("\(name).tree.\(row.name)", Double(row.value)) }
            for fact in workload.tableFacts { emit("\(name).\(fact.name)", fact.value) }
        }
    }
}
