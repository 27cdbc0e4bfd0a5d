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
        /// The frame at which the flow was met.
        var firstSeen: Int
        var packets: Int

        init(firstFrame: Int, seen: Int, packets: Int = 1) {
            self.firstFrame = firstFrame
            firstSeen = seen
            self.packets = packets
        }

        mutating func add(_ other: Count) {
            firstSeen = min(firstSeen, other.firstSeen)
            firstFrame = min(firstFrame, other.firstFrame)
            packets += other.packets
        }
    }

    struct PairCount: Hashable, Sendable {
        /// The frame at which the pair was met.
        var firstSeen = Int.max
        var allowed = 0
        var denied = 0
        var undecided = 0

        var packets: Int { allowed + denied + undecided }

        init(firstSeen: Int = .max, allowed: Int = 0, denied: Int = 0, undecided: Int = 0) {
            self.firstSeen = firstSeen
            self.allowed = allowed
            self.denied = denied
            self.undecided = undecided
        }

        init(_ record: PairTable.Record) {
            self.init(
                firstSeen: record.firstSeen, allowed: record.allowed, denied: record.denied,
                undecided: record.undecided)
        }

        mutating func add(_ other: PairCount) {
            firstSeen = min(firstSeen, other.firstSeen)
            allowed += other.allowed
            denied += other.denied
            undecided += other.undecided
        }
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
    /// What lists counted: pairs and flows that are not among those above, nor twice among these.
    private(set) var plainPairs: [PairTable.Record] = []
    private(set) var plainDenials = DenialTable.Flows()
    /// What the staged policies would change.
    private(set) var staged: StagedTally
    private(set) var undecidedFlows: [UndecidedFlow: Count] = [:]
    /// Packets whose flow or pair is not listed because the limit was met.
    private(set) var unlistedUndecided = 0
    private(set) var unlistedPairs = 0

    /// Where IPv4 pairs and denied flows of IPv4 TCP and UDP are counted instead; a copy of the tally shares them.
    let lists: PlainLists?
    private let limit: Int
    /// New pairs and undecided flows are taken while there are fewer.
    private var pairBound: Int
    private var undecidedBound: Int

    /// - Parameters:
    ///   - limit: flows and pairs listed at most, each.
    ///   - lists: of the same limit; `nil`: all is counted here.
    init(_ tree: MatchTree, limit: Int, lists: PlainLists? = nil) {
        self.lists = lists
        decisions = DecisionCounts(tree)
        deniedFlows = FlowCauseTable(limit: limit)
        staged = StagedTally(limit: limit)
        self.limit = limit
        (pairBound, undecidedBound) = (limit, limit)
    }

    /// Frames counted, copies included.
    public var frames: Int { verdicts.total + copies }

    public var denied: Int { verdicts.deny }

    /// - Parameter seen: the frame that is being judged, if it is not the row's own.
    mutating func count(_ row: PacketRow, seen: Int? = nil) {
        guard row.copyOf == nil else {
            copies += 1
            return
        }
        let outcome = row.outcome
        verdicts.count(outcome.verdict)
        if let state = outcome.state { states[state, default: 0] += 1 }
        if let reason = outcome.unjudged {
            unjudged.add(Count(firstFrame: row.frame, seen: row.frame), for: reason)
        }
        if let step = outcome.step { decisions.count(step) }
        let seen = seen ?? row.frame
        staged.count(row, seen: seen)
        guard let key = row.key, outcome.verdict != .unjudged else { return }
        countPair(key, outcome.verdict, seen)
        switch outcome.verdict {
        case .deny: if let step = outcome.step { countDenial(key, step, row.frame, seen) }
        case .undecided: countUndecided(key, outcome, row.frame, seen)
        case .allow, .unjudged: break
        }
    }

    private mutating func countDenial(_ key: FlowKey, _ step: Step, _ frame: Int, _ seen: Int) {
        if let lists, key.isPlain {
            lists.denials.count(key, step, frame: frame, seen: seen)
        } else {
            deniedFlows.count(FlowLabel(key), step, frame, seen: seen)
        }
    }

    private mutating func countPair(_ key: FlowKey, _ verdict: ReplayVerdict, _ seen: Int) {
        if let lists, key.family == .v4 {
            lists.pairs.count(
                UInt32(truncatingIfNeeded: key.source.bits), UInt32(truncatingIfNeeded: key.destination.bits), verdict,
                1, frame: seen)
            return
        }
        let pair = Pair(source: key.source, destination: key.destination)
        guard pairs.count < pairBound || pairs[pair] != nil else {
            unlistedPairs += 1
            return
        }
        switch verdict {
        case .allow: pairs[pair, default: PairCount()].add(PairCount(firstSeen: seen, allowed: 1))
        case .deny: pairs[pair, default: PairCount()].add(PairCount(firstSeen: seen, denied: 1))
        case .undecided: pairs[pair, default: PairCount()].add(PairCount(firstSeen: seen, undecided: 1))
        case .unjudged: break
        }
    }

    private mutating func countUndecided(_ key: FlowKey, _ outcome: PacketOutcome, _ frame: Int, _ seen: Int) {
        guard let reason = outcome.unjudged else { return }
        let flow = UndecidedFlow(label: FlowLabel(key), reason: reason, backends: outcome.backends)
        guard undecidedFlows.count < undecidedBound || undecidedFlows[flow] != nil else {
            unlistedUndecided += 1
            return
        }
        undecidedFlows.add(Count(firstFrame: frame, seen: seen), for: flow)
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
        for (pair, count) in other.pairs { pairs[pair, default: PairCount()].add(count) }
        deniedFlows.merge(other.deniedFlows)
        plainPairs += other.plainPairs
        plainDenials.add(other.plainDenials)
        staged.merge(other.staged)
        for (flow, count) in other.undecidedFlows { undecidedFlows.add(count, for: flow) }
        unlistedUndecided += other.unlistedUndecided
        unlistedPairs += other.unlistedPairs
    }
}

extension ReplayTally {
    /// The counts of plain packets that were judged beside, all together.
    mutating func add(_ judge: PlainJudge) {
        let counts = judge.counts
        verdicts.add(VerdictCounts(allow: counts.allowed, deny: counts.denied, unjudged: counts.elsewhere))
        for (state, packets) in [
            (FlowState.new, counts.new), (.established, counts.established), (.invalid, counts.invalid),
        ] where packets > 0 {
            states[state, default: 0] += packets
        }
        if counts.elsewhere > 0 {
            let count = Count(
                firstFrame: counts.firstElsewhere, seen: counts.firstElsewhere, packets: counts.elsewhere)
            unjudged.add(count, for: .elsewhere)
        }
        decisions.add(judge.cells)
    }

    /// Takes over what was counted in lists.
    mutating func add(_ lists: PlainLists) {
        plainPairs += lists.pairs.all
        unlistedPairs += lists.pairs.unlisted
        plainDenials.add(lists.denials.flows)
        deniedFlows.addUnlisted(lists.denials.unlisted)
    }

    /// What is counted until the next call may come in any order: lists take all that is new, unless they are full already.
    /// Whoever puts tallies together trims them.
    mutating func openRound() {
        lists?.openRound()
        deniedFlows.openRound()
        pairBound = pairs.count < limit ? .max : limit
        undecidedBound = undecidedFlows.count < limit ? .max : limit
    }

    /// Keeps to the limit: the pairs and flows that were met first.
    mutating func trim() {
        if deniedFlows.flows.count + plainDenials.records.count > limit { trimDenials() }
        if pairs.count + plainPairs.count > limit { trimPairs() }
        if undecidedFlows.count > limit {
            let order = undecidedFlows.sorted { $0.value.firstSeen < $1.value.firstSeen }
            for flow in order.dropFirst(limit).map(\.key) {
                unlistedUndecided += undecidedFlows.removeValue(forKey: flow)?.packets ?? 0
            }
        }
    }

    private mutating func trimDenials() {
        for position in plainDenials.records.indices {
            let (label, causes) = plainDenials.flow(position)
            deniedFlows.add(label, causes, firstSeen: plainDenials.records[position].firstSeen)
        }
        plainDenials = DenialTable.Flows()
        deniedFlows.trim()
    }

    private mutating func trimPairs() {
        for record in plainPairs {
            let pair = Pair(source: IPAddress(v4: record.source), destination: IPAddress(v4: record.destination))
            pairs[pair, default: PairCount()].add(PairCount(record))
        }
        plainPairs = []
        for pair in pairs.sorted(by: { $0.value.firstSeen < $1.value.firstSeen }).dropFirst(limit).map(\.key) {
            unlistedPairs += pairs.removeValue(forKey: pair)?.packets ?? 0
        }
    }
}

extension FlowKey {
    /// Whether `DenialTable` lists its flow.
    fileprivate var isPlain: Bool { family == .v4 && transport == .ports && (proto == .tcp || proto == .udp) }
}

extension Dictionary where Value == ReplayTally.Count {
    fileprivate mutating func add(_ count: ReplayTally.Count, for key: Key) {
        if self[key]?.add(count) == nil { self[key] = count }
    }
}
