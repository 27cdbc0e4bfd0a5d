public import Classification
public import NetTypes
import NetworkTopology

/// What policy makes of almost every new packet, in a constant number of memory touches whatever the number of policies:
/// both ends' verdicts with the deciding site, or `evaluate`, and then `Matcher` is to be asked.
///
/// ```
/// address ─▶ record: class and its column, egress program, ingress program
/// protocol, port ─▶ class of services
/// (egress program of the source, column or class of the destination) ─▶ row ─▶ row[class of services] ─▶ entry
/// (ingress program of the destination, column or class of the source) ─▶ row ─▶ row[class of services] ─▶ entry
/// ```
/// An answer stands for a packet in state `.new`, with the addresses that policy sees, on its way through every node of
/// the cluster: it is what `Matcher.judge` says at each of them. Where something else than workloads' policy has a say
/// (an end that is no workload nor outside, a service's address, a node with host endpoints), or where tables cannot
/// know (source ports, domain names, packets without readable ports), they say so. Immutable and shared.
public struct DecisionTables: Sendable {
    /// What runs the batches.
    public enum InstructionSet: Sendable, Hashable, CaseIterable {
        case scalar
        case avx2
        case avx512

        /// Those of this CPU, the best last.
        public static var available: [InstructionSet] { allCases.filter(\.isAvailable) }
    }

    let v4: FamilyTables<AddressIndex4>?
    let v6: FamilyTables<AddressIndex6>?
    private(set) var instructionSet: InstructionSet

    /// `tree` must hold its own invariants (`MatchTree.verify()`). Cost: the members of the sets that workloads' rules
    /// name, the programs' rules, and what each program can tell apart.
    ///
    /// - Parameter instructionSet: `nil`: the best of this CPU; else one of `InstructionSet.available`.
    public init(_ tree: MatchTree, instructionSet: InstructionSet? = nil) {
        self.instructionSet = InstructionSet.best(instructionSet)
        let knownHosts = Set(tree.topology.nodes.flatMap(\.addresses))
        let nodes = zip(tree.nodeSettings, tree.topology.hostBindings).map {
            FrozenNode($0, $1, tree.hostEndpoints, knownHosts: knownHosts)
        }
        v4 = FamilyTables<AddressIndex4>(FamilyPlan<UInt32>(tree, nodes, family: .v4))
        v6 = FamilyTables<AddressIndex6>(FamilyPlan<UInt128>(tree, nodes, family: .v6))
    }

    /// The same tables, run by other instructions.
    ///
    /// - Parameter instructionSet: one of `InstructionSet.available`.
    public func running(on instructionSet: InstructionSet) -> DecisionTables {
        var tables = self
        tables.instructionSet = InstructionSet.best(instructionSet)
        return tables
    }

    /// What stands in the tables for one packet.
    public func classify(_ key: FlowKey) -> (egress: TableEntry, ingress: TableEntry) {
        guard key.source.family == key.destination.family else { return (.evaluate, .evaluate) }
        let service = ServiceNumber.number(of: key)
        let entries =
            switch key.family {
            case .v4:
                v4?.entries(
                    UInt32(truncatingIfNeeded: key.source.bits), UInt32(truncatingIfNeeded: key.destination.bits),
                    service)
            case .v6: v6?.entries(key.source.bits, key.destination.bits, service)
            }
        return (TableEntry(raw: entries?.egress ?? 0), TableEntry(raw: entries?.ingress ?? 0))
    }

    /// How a packet's protocol and transport header are given to batches: `protocol << 16 | destination port`; of the
    /// family's own ICMP `protocol << 16 | type << 8 | code`; of protocols without ports `protocol << 16`; all ones for
    /// a packet whose transport header cannot be read.
    public static func service(of key: FlowKey) -> UInt32 { ServiceNumber.number(of: key) }

    public var statistics: TableStatistics {
        var statistics = v4?.statistics ?? TableStatistics()
        if let v6 { statistics.add(v6.statistics) }
        return statistics
    }
}
