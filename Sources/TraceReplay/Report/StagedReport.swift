import Classification
import Diagnostics
public import NetTypes

/// What the staged policies would change about the packets of a trace.
public struct StagedReport: Sendable, Hashable {
    /// One of the two verdicts on a packet.
    public struct Side: Sendable, Hashable {
        public var verdict: ReplayVerdict
        /// At the end that makes the difference; `nil` where nothing was decided.
        public var decision: Decision?
        /// Why there is no verdict.
        public var reason: String?
    }

    public struct Change: Sendable, Hashable {
        public var packets: Int
        public var now: Side
        public var staged: Side
    }

    public struct Flow: Sendable, Hashable {
        /// The first packet whose verdict changes.
        public var firstFrame: Int
        /// Those whose verdict changes.
        public var packets: Int
        public var flow: NamedFlow
        /// The first packet's change comes first, the rest by packets.
        public var changes: [Change]
    }

    /// The flows that the same staged policies change.
    public struct Group: Sendable, Hashable {
        /// Empty where connection tracking alone makes the difference, in consequence of earlier packets.
        public var policies: [PolicyName]
        /// `path:line` of these policies.
        public var sources: [String]
        public var packets: Int
        /// By first frame.
        public var flows: [Flow]
    }

    /// Packets by the preview's verdict.
    public var verdicts: VerdictCounts
    /// Packets whose verdict changes, by what it becomes.
    public var changes: VerdictCounts
    /// By packets, most first.
    public var groups: [Group]
    /// Staged policies that no listed change is put down to.
    public var unfelt: [PolicyName]
    /// Changed packets whose flow is not listed, since the list was full.
    public var unlisted: Int

    public var changedPackets: Int { changes.total }
    /// Of those that are listed.
    public var changedFlows: Int { groups.reduce(0) { $0 + $1.flows.count } }
}

extension StagedReport {
    init(_ tally: StagedTally, now: MatchTree, preview: MatchTree, _ names: PartyNames) {
        let blame = StagedBlame(now: now, preview: preview)
        let words = StagedWords(now: now, preview: preview)
        var flows: [[PolicyName]: [Flow]] = [:]
        for (label, causes) in tally.changedFlows.flows {
            let others = causes.others.sorted { ($1.value, words.sortKey($0.key)) < ($0.value, words.sortKey($1.key)) }
            let changes = [(causes.first, causes.firstPackets)] + others.map { ($0.key, $0.value) }
            let policies = changes.lazy.map { blame.policies(behind: $0.0) }.first { !$0.isEmpty } ?? []
            flows[policies, default: []].append(
                Flow(
                    firstFrame: causes.firstFrame, packets: causes.packets, flow: NamedFlow(label, names),
                    changes: changes.map { words.change($0.0, packets: $0.1) }))
        }
        let places = Dictionary(
            now.stagedPolicies.map { ($0.name, now.sources.lineText($0.location)) }, uniquingKeysWith: { a, _ in a })
        groups = flows.map { policies, flows in
            Group(
                policies: policies, sources: policies.compactMap { places[$0] },
                packets: flows.reduce(0) { $0 + $1.packets }, flows: flows.sorted { $0.firstFrame < $1.firstFrame })
        }.sorted { ($1.packets, $0.flows[0].firstFrame) < ($0.packets, $1.flows[0].firstFrame) }
        let felt = Set(groups.flatMap(\.policies))
        unfelt = now.stagedPolicies.map(\.name).filter { !felt.contains($0) }
        verdicts = tally.verdicts
        changes = tally.changes
        unlisted = tally.changedFlows.unlisted
    }
}

/// Gives changes names, each side by its own tree.
private struct StagedWords {
    let now: MatchTree
    let preview: MatchTree

    func change(_ change: VerdictChange, packets: Int) -> StagedReport.Change {
        StagedReport.Change(packets: packets, now: side(change.now, now), staged: side(change.staged, preview))
    }

    func sortKey(_ change: VerdictChange) -> String {
        [side(change.now, now), side(change.staged, preview)]
            .map { "\($0.verdict.word) \($0.decision?.sortKey ?? $0.reason ?? "")" }.joined(separator: "\u{0}")
    }

    private func side(_ side: VerdictChange.Side, _ tree: MatchTree) -> StagedReport.Side {
        StagedReport.Side(
            verdict: side.verdict, decision: side.step.map { Decision(tree, $0) }, reason: side.unjudged?.word)
    }
}
