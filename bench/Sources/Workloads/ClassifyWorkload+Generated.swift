public import ClusterGeneration
import NetTypes
import PacketDecoding

extension ClassifyWorkload {
    /// A generated cluster with the five-tuples of its traffic, all in memory.
    public static func generated(
        _ plan: ClusterPlan, packets: Int, _ pattern: TrafficPlan.Pattern
    ) throws -> ClassifyWorkload {
        var traffic = TrafficPlan(packets: packets)
        traffic.pattern = pattern
        traffic.frames = .small
        let trace = TraceBytes(GeneratedCluster.trace(plan, traffic))
        return ClassifyWorkload(try GeneratedCluster.inputs(plan), trace.keys(FrameDecoder(.ethernet)))
    }
}
