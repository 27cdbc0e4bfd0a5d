/// What the preview says beside the enforced policies, while a replay runs.
struct StagedTally: Sendable {
    /// Packets by the preview's verdict, copies apart.
    private(set) var verdicts = VerdictCounts()
    /// Those whose two verdicts differ, by the preview's.
    private(set) var changes = VerdictCounts()
    private(set) var changedFlows: FlowCauseTable<VerdictChange>

    /// - Parameter limit: flows listed at most.
    init(limit: Int) {
        changedFlows = FlowCauseTable(limit: limit)
    }

    mutating func count(_ row: PacketRow, seen: Int) {
        verdicts.count((row.staged ?? row.outcome).verdict)
        guard let change = row.change, let key = row.key else { return }
        changes.count(change.staged.verdict)
        changedFlows.count(FlowLabel(key), change, row.frame, seen: seen)
    }

    mutating func merge(_ other: StagedTally) {
        verdicts.add(other.verdicts)
        changedFlows.merge(other.changedFlows)
        changes.add(other.changes)
    }
}
