import Classification
import Matching
import NetTypes
import NetworkTopology

/// The counts of a replay while it runs, by number rather than by name. `ReplayReport` gives them names.
///
/// Tallies of the same tree can be merged: parts of a trace counted apart come to the same as the whole, as long as
/// no limit was met.
public struct ReplayTally: Sendable {
    /// Addresses as in the capture; the report joins those of one pod or node.
    struct Pair: Hashable, Sendable {
        var source: IPAddress
        var destination: IPAddress
    }

    /// Packets of one flow with one fate.
    struct Count: Hashable, Sendable {
        var firstFrame: Int
        var packets = 1

        mutating func add(_ other: Count) {
            firstFrame = min(firstFrame, other.firstFrame)
            packets += other.packets
        }
    }

    struct PairCount: Hashable, Sendable {
        var allowed = 0
        var denied = 0
        var undecided = 0
    }

    struct UndecidedFlow: Hashable, Sendable {
        var label: FlowLabel
        var reason: UnjudgedReason
        var backends: [BackendOutcome]
    }

    /// Frames by verdict, copies apart.
    private(set) var verdicts = VerdictCounts()
    /// Frames that repeat a packet seen at another interface.
    private(set) var copies = 0
    private(set) var states: [FlowState: Int] = [:]
    private(set) var unjudged: [UnjudgedReason: Count] = [:]
    private(set) var decisions: DecisionCounts
    private(set) var pairs: [Pair: PairCount] = [:]
    private(set) var deniedFlows: FlowCauseTable<Step>
    /// What the staged policies would change.
    private(set) var staged: StagedTally
    private(set) var undecidedFlows: [UndecidedFlow: Count] = [:]
    /// Packets whose flow or pair is not listed because the limit was met.
    private(set) var unlistedUndecided = 0
    private(set) var unlistedPairs = 0

    private let limit: Int

    /// - Parameter limit: flows and pairs listed at most, each.
    init(_ tree: MatchTree, limit: Int) {
        decisions = DecisionCounts(tree)
        deniedFlows = FlowCauseTable(limit: limit)
        staged = StagedTally(limit: limit)
        self.limit = limit
    }

    /// Frames counted, copies included.
    public var frames: Int { verdicts.total + copies }

    public var denied: Int { verdicts.deny }

    mutating func count(_ row: PacketRow) {
        guard row.copyOf == nil else {
            copies += 1
            return
        }
        let outcome = row.outcome
        verdicts.count(outcome.verdict)
        if let state = outcome.state { states[state, default: 0] += 1 }
        if let reason = outcome.unjudged { unjudged.add(Count(firstFrame: row.frame), for: reason) }
        if let step = outcome.step { decisions.count(step) }
        staged.count(row)
        guard let key = row.key, outcome.verdict != .unjudged else { return }
        countPair(key, outcome.verdict)
        switch outcome.verdict {
        case .deny: if let step = outcome.step { deniedFlows.count(FlowLabel(key), step, row.frame) }
        case .undecided: countUndecided(key, outcome, row.frame)
        case .allow, .unjudged: break
        }
    }

    private mutating func countPair(_ key: FlowKey, _ verdict: ReplayVerdict) {
        let pair = Pair(source: key.source, destination: key.destination)
        guard pairs.count < limit || pairs[pair] != nil else {
            unlistedPairs += 1
            return
        }
        switch verdict {
        case .allow: pairs[pair, default: PairCount()].allowed += 1
        case .deny: pairs[pair, default: PairCount()].denied += 1
        case .undecided: pairs[pair, default: PairCount()].undecided += 1
        case .unjudged: break
        }
    }

    private mutating func countUndecided(_ key: FlowKey, _ outcome: PacketOutcome, _ frame: Int) {
        guard let reason = outcome.unjudged else { return }
        let flow = UndecidedFlow(label: FlowLabel(key), reason: reason, backends: outcome.backends)
        guard undecidedFlows.count < limit || undecidedFlows[flow] != nil else {
            unlistedUndecided += 1
            return
        }
        undecidedFlows.add(Count(firstFrame: frame), for: flow)
    }
}

extension ReplayTally {
    /// Adds the counts of another part of the trace, of the same tree. Frame numbers are those of one capture.
    public mutating func merge(_ other: ReplayTally) {
        verdicts.add(other.verdicts)
        copies += other.copies
        for (state, count) in other.states { states[state, default: 0] += count }
        for (reason, count) in other.unjudged { unjudged.add(count, for: reason) }
        decisions.add(other.decisions)
        for (pair, count) in other.pairs {
            pairs[pair, default: PairCount()].allowed += count.allowed
            pairs[pair, default: PairCount()].denied += count.denied
            pairs[pair, default: PairCount()].undecided += count.undecided
        }
        deniedFlows.merge(other.deniedFlows)
        staged.merge(other.staged)
        for (flow, count) in other.undecidedFlows { undecidedFlows.add(count, for: flow) }
        unlistedUndecided += other.unlistedUndecided
        unlistedPairs += other.unlistedPairs
    }
}

extension Dictionary where Value == ReplayTally.Count {
    fileprivate mutating func add(_ count: ReplayTally.Count, for key: Key) {
        if self[key]?.add(count) == nil { self[key] = count }
    }
}
