import NetTypes
import NetworkTopology

/// How large a tree is: the counts that repeat from run to run.
public struct TreeStatistics: Sendable, Hashable {
    public var nodes = 0
    public var endpoints = 0
    public var programs = 0
    /// Tiers of all programs.
    public var tiers = 0
    /// Policies and profiles of all programs.
    public var programChains = 0
    public var chains = 0
    public var rules = 0
    /// IP versions of all rules.
    public var ruleFamilies = 0
    /// Conditions of all rules.
    public var conditions = 0
    public var sets = 0
    public var setMembers = 0

    public init() {}

    /// Name and value of each count, in printing order.
    public var rows: [(name: String, value: Int)] {
        [
            ("nodes", nodes), ("endpoints", endpoints), ("programs", programs), ("tiers", tiers),
            ("programChains", programChains), ("chains", chains), ("rules", rules), ("ruleFamilies", ruleFamilies),
            ("conditions", conditions), ("sets", sets), ("setMembers", setMembers),
        ]
    }
}

extension MatchTree {
    /// O(rules + sets + programs).
    public var statistics: TreeStatistics {
        var counts = TreeStatistics()
        counts.nodes = topology.nodes.count
        counts.endpoints = endpoints.count
        counts.programs = programs.count
        for program in programs {
            counts.tiers += program.tiers.count
            counts.programChains += program.tiers.reduce(program.profiles.count) { $0 + $1.chains.count }
        }
        counts.chains = chains.count
        for chain in chains {
            counts.rules += chain.rules.count
            for rule in chain.rules {
                counts.ruleFamilies += rule.match.families.families.count
                counts.conditions += rule.match.conditionCount
            }
        }
        counts.sets = sets.count
        counts.setMembers = sets.reduce(0) { $0 + $1.memberCount }
        return counts
    }
}

extension RuleMatch {
    /// What is compared or looked up: each set, range and ICMP condition counts, and a protocol condition.
    public var conditionCount: Int {
        [!protocols.isAll, icmp != nil, notICMP != nil].count { $0 } + source.conditionCount
            + destination.conditionCount
    }
}

extension SideMatch {
    fileprivate var conditionCount: Int {
        [ports, notPorts].reduce(inSets.count + notInSets.count + tripleSets.count) { sum, ports in
            sum + (ports.map { $0.ranges.count + $0.namedSets.count } ?? 0)
        }
    }
}
