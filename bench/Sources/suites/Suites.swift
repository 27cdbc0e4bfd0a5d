import Classification
import ClusterGeneration
import Diagnostics
import ManifestReading
import PacketDecoding
import PolicyCompiler
import PolicyIR
import Selectors
import Workloads
import Workspace

/// The benchmarks by family. A family's inputs are made when it is asked for, not before.
enum Suites {
    static let families: [(name: String, register: @Sendable () throws -> Void)] = [
        ("match", match), ("connections", connections), ("decode", decode), ("compile", compile),
        ("selectors", selectors), ("resolve", resolve),
    ]

    private static func match() throws {
        for pattern in [TrafficPlan.Pattern.random, .zipf] {
            var workload = try ClassifyWorkload.generated(GeneratedCluster.small, packets: 100_000, pattern)
            Suite.register("match/classify/\(pattern.rawValue)/1k-endpoints", items: workload.keys.count) {
                workload.pass()
                return workload.denied
            }
        }
    }

    private static func connections() {
        for flows in [1000, 100_000] {
            var workload = ConnectionWorkload(flows: flows, packets: 200_000)
            Suite.register("connections/track/established/\(flows)-flows", items: workload.packets) { workload.pass() }
        }
    }

    private static func decode() {
        var traffic = TrafficPlan(packets: 100_000)
        traffic.pattern = .established
        let trace = TraceBytes(GeneratedCluster.trace(GeneratedCluster.small, traffic))
        let decoder = FrameDecoder(.ethernet)
        Suite.register("decode/headers/established/snap96", items: trace.count) { trace.decodeAll(decoder) }
    }

    private static func compile() throws {
        for format in ManifestStream.Format.allCases {
            let text = GeneratedCluster.manifests(GeneratedCluster.small, format)
            Suite.register("compile/read/\(format.rawValue)-bytes/1k-pods", items: text.count) {
                ManifestReader.read(bytes: text, file: SourceFileID(0)).tree.documents.count
            }
        }
        let inputs = try GeneratedCluster.inputs(GeneratedCluster.small)
        Suite.register("compile/resolve-and-lower/rules/1k-pods", items: inputs.tree.statistics.rules) {
            let resolved = ResolvedCluster.resolve(inputs.snapshot, options: ResolveOptions(whatIf: false))
            return MatchTree.compile(resolved.cluster).sites.count
        }
    }

    private static func selectors() throws {
        let text = "app == 'web' && tier in {'front', 'back'} && !has(legacy) && env != 'dev'"
        let selector = try Selector(parsing: text)
        let labels = (0..<1000).map { index in
            let pairs = [("app", index % 3 == 0 ? "web" : "db"), ("tier", "back"), ("env", "prod")]
            return Labels(pairs.map { (key: $0.0, value: $0.1) })
        }
        Suite.register("selectors/evaluate/four-terms/1k-objects", items: labels.count) {
            labels.count { selector.matches($0) }
        }
        Suite.register("selectors/parse/four-terms/1", items: 1) { (try? Selector(parsing: text)) == nil ? 0 : 1 }
    }

    /// The sizes that take no longer than a moment; `measure resolve` has the large ones.
    private static func resolve() throws {
        let shapes = [
            ("A/2500-pods-100-policies", try FelixShapes.markers(pods: 2500, policies: 100)),
            ("B/1k-pods-100-sets", try FelixShapes.networkSets(pods: 1000, sets: 100)),
            ("C/1k-tenants", try FelixShapes.tenants(1000)),
        ]
        for (name, snapshot) in shapes {
            Suite.register("resolve/felix/\(name)", items: 1) {
                let resolved = ResolvedCluster.resolve(snapshot, options: ResolveOptions(whatIf: false))
                return MatchTree.compile(resolved.cluster).sites.count
            }
        }
    }
}
