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
        case ("resolve", 3): try resolve(words[1], Int(words[2]) ?? 0)
        case ("fixed", 3): try FixedWork.run(words[1], units: Int(words[2]) ?? 0)
        case ("counts", 1): try counts()
        default:
            throw WorkloadError(
                "measure classify MANIFESTS TRACE [KEYS] | resolve A|B|C SIZE | fixed WORKLOAD UNITS | counts")
        }
    }

    // MARK: Passes on demand

    /// One pass over all keys for each line on standard input, so that passes of peers can stand between ours.
    private static func serve(manifests: String, trace: String, limit: Int) throws {
        let inputs = LoadedInputs.load([manifests], recursive: false, whatIf: false)
        guard inputs.diagnostics.isEmpty else { throw WorkloadError(inputs.diagnostics[0].message) }
        var workload = ClassifyWorkload(inputs, try TraceKeys(path: trace, limit: limit).keys)
        workload.pass()
        let differences = workload.differences(sample: 500)
        guard differences.isEmpty else { throw WorkloadError(differences[0]) }
        let facts = inputs.tree.statistics.rows.map { ($0.name, Double($0.value)) }
        emit(
            facts + [
                ("keys", Double(workload.keys.count)), ("denied", Double(workload.denied)),
                ("shareJudged", workload.shareJudged), ("residualShare", workload.residualShare),
                ("sampled", 500), ("allocations", 0), ("peakBytes", Double(peakBytes)),
            ] + workload.tableFacts)
        while readLine() != nil {
            let before = meter_allocations()
            let time = seconds { workload.pass() }
            emit([
                ("seconds", time), ("items", Double(workload.keys.count)),
                ("allocations", Double(meter_allocations() - before)),
            ])
        }
    }

    // MARK: Shapes of Felix's benchmark

    private static func resolve(_ shape: String, _ size: Int) throws {
        let snapshot: ClusterSnapshot =
            switch shape {
            case "A": try FelixShapes.markers(pods: size * 25, policies: size)
            case "B": try FelixShapes.networkSets(pods: 10_000, sets: size)
            case "C": try FelixShapes.tenants(size)
            default: throw WorkloadError("shapes are A, B and C")
            }
        let before = peakBytes
        var sites = 0
        var rows: [(String, Double)] = []
        let time = seconds {
            let resolved = ResolvedCluster.resolve(snapshot, options: ResolveOptions(whatIf: false))
            let tree = MatchTree.compile(resolved.cluster)
            sites = tree.sites.count
            rows = tree.statistics.rows.map { ($0.name, Double($0.value)) }
        }
        emit(
            [("seconds", time), ("sites", Double(sites)), ("objectBytes", Double(before)),
                ("peakBytes", Double(peakBytes))] + rows)
    }

    // MARK: Counts that are the same everywhere

    private static func counts() throws {
        for (name, plan) in [("tiny", GeneratedCluster.tiny), ("small", GeneratedCluster.small)] {
            let workload = ClassifyWorkload(try GeneratedCluster.inputs(plan), [])
            for row in workload.inputs.tree.statistics.rows { emit("\(name).tree.\(row.name)", Double(row.value)) }
            for fact in workload.tableFacts { emit("\(name).tables.\(fact.name)", fact.value) }
        }
    }
}
