public import ClusterGeneration
import Diagnostics
public import Workspace

/// Generated clusters of the sizes that the tables of Benchmarks.md name, made in memory.
public enum GeneratedCluster {
    /// 1,000 endpoints, 1,000 programs, 10,000 set elements.
    public static var small: ClusterPlan {
        var plan = ClusterPlan(pods: 1000, policies: 503, setElements: 10_000)
        plan.apps = 500
        plan.isDualStack = false
        return plan
    }

    /// A tenth of it, for what runs under an emulator.
    public static var tiny: ClusterPlan {
        var plan = ClusterPlan(pods: 100, policies: 53, setElements: 1000)
        plan.apps = 50
        plan.isDualStack = false
        return plan
    }

    public static func manifests(_ plan: ClusterPlan, _ format: ManifestStream.Format = .yaml) -> [UInt8] {
        var stream = ManifestStream(plan, format: format)
        var text: [UInt8] = []
        while stream.append(to: &text) {}
        return text
    }

    /// Compiled; the manifests must be without fault.
    public static func inputs(_ plan: ClusterPlan) throws -> LoadedInputs {
        let inputs = LoadedInputs.load(texts: [("cluster", manifests(plan))], whatIf: false)
        guard inputs.diagnostics.isEmpty else { throw WorkloadError("\(inputs.diagnostics[0].message)") }
        return inputs
    }

    /// A capture as bytes of a pcap file.
    public static func trace(_ plan: ClusterPlan, _ traffic: TrafficPlan) -> [UInt8] {
        var stream = TrafficStream(plan, traffic)
        var bytes: [UInt8] = []
        while stream.append(to: &bytes) {}
        return bytes
    }
}
