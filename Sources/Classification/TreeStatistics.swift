import NetTypes
import NetworkTopology

/// How large a tree is: the counts that repeat from run to run.
public struct TreeStatistics: Sendable, Hashable {
    public var nodes: Int
    public var endpoints: Int
    public var programs: Int
    public var chains: Int
    public var rules: Int
    public var sets: Int
    public var setMembers: Int

    /// Name and value of each count, in printing order.
    public var rows: [(name: String, value: Int)] {
        [
            ("nodes", nodes), ("endpoints", endpoints), ("programs", programs), ("chains", chains), ("rules", rules),
            ("sets", sets), ("setMembers", setMembers),
        ]
    }
}

extension MatchTree {
    public var statistics: TreeStatistics {
        TreeStatistics(
            nodes: topology.nodes.count, endpoints: endpoints.count, programs: programs.count, chains: chains.count,
            rules: chains.reduce(0) { $0 + $1.rules.count }, sets: sets.count,
            setMembers: sets.reduce(0) { $0 + $1.memberCount })
    }
}
