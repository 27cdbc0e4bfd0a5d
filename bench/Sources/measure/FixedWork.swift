import CMeter
import Classification
import ClusterGeneration
import Diagnostics
import ManifestReading
import Matching
import NetTypes
import PacketDecoding
import PolicyCompiler
import PolicyIR
import TraceReplay
import Workloads
import Workspace

/// A number of units of one kind of work: always the same instructions for the same number. What is prepared for it is
/// not counted.
enum FixedWork {
    static let workloads: [(name: String, run: @Sendable (Int) throws -> UInt)] = [
        ("classify", classify), ("connections", connections), ("decode", decode), ("replay", replay),
        ("read-yaml", { read(.yaml, $0) }), ("read-json", { read(.json, $0) }), ("compile", compile),
    ]

    /// Prints the allocations of the work.
    static func run(_ name: String, units: Int) throws {
        guard let workload = workloads.first(where: { $0.name == name }) else {
            throw WorkloadError("workloads are \(workloads.map(\.name).joined(separator: ", "))")
        }
        emit([("units", Double(units)), ("allocations", Double(try workload.run(units)))])
    }

    /// Allocations of the body, of which callgrind counts the instructions.
    private static func counted(_ body: () -> Void) -> UInt {
        let before = meter_allocations()
        meter_start_counting()
        body()
        meter_stop_counting()
        return meter_allocations() - before
    }

    /// Units are packets; a pass before warms up.
    private static func classify(_ units: Int) throws -> UInt {
        var workload = try ClassifyWorkload.generated(GeneratedCluster.tiny, packets: units, .random)
        workload.pass()
        return counted { workload.pass() }
    }

    /// Units are packets.
    private static func connections(_ units: Int) -> UInt {
        var workload = ConnectionWorkload(flows: 500, packets: units)
        return counted { _ = workload.pass() }
    }

    /// Units are packets.
    private static func decode(_ units: Int) -> UInt {
        let trace = TraceBytes(GeneratedCluster.trace(GeneratedCluster.tiny, traffic(units)))
        let decoder = FrameDecoder(.ethernet)
        return counted { _ = trace.decodeAll(decoder) }
    }

    /// Units are packets, of flows that are all known when counting begins.
    private static func replay(_ units: Int) throws -> UInt {
        let inputs = try GeneratedCluster.inputs(GeneratedCluster.tiny)
        let file = try TemporaryTrace(GeneratedCluster.trace(GeneratedCluster.tiny, traffic(units * 2)))
        var session = try ReplaySession(path: file.path, tree: inputs.tree)
        _ = session.step(frames: units)
        let allocations = counted { _ = session.step(frames: units) }
        _ = session.report()
        return allocations
    }

    private static func traffic(_ packets: Int) -> TrafficPlan {
        var traffic = TrafficPlan(packets: packets)
        traffic.pattern = .established
        traffic.flows = 100
        return traffic
    }

    /// Units are clusters of 100 pods.
    private static func read(_ format: ManifestStream.Format, _ units: Int) -> UInt {
        let text = GeneratedCluster.manifests(GeneratedCluster.tiny, format)
        return counted {
            for _ in 0..<units { _ = ManifestReader.read(bytes: text, file: SourceFileID(0)) }
        }
    }

    /// Units are clusters of 100 pods.
    private static func compile(_ units: Int) throws -> UInt {
        let inputs = try GeneratedCluster.inputs(GeneratedCluster.tiny)
        return counted {
            for _ in 0..<units {
                let resolved = ResolvedCluster.resolve(inputs.snapshot, options: ResolveOptions(whatIf: false))
                _ = MatchTree.compile(resolved.cluster)
            }
        }
    }
}
