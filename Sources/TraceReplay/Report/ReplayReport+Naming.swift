public import Classification
import Explain
import Matching
import NetTypes
import NetworkTopology
import PacketDecoding
import Synchronization

extension ReplayReport {
    /// Gives the counts names and an order. `tree` is the one that the tally counts for, `preview` the one whose verdicts
    /// are beside.
    public init(
        _ tally: ReplayTally, _ tree: MatchTree, preview: MatchTree? = nil, capture: CaptureSummary,
        losses: ReplayLosses
    ) {
        let names = PartyNames(tree)
        self.init(
            capture: capture,
            verdicts: tally.verdicts,
            copies: tally.copies,
            states: ReplayReport.states(tally),
            decisions: ReplayReport.decisions(tally, tree),
            pairs: ReplayReport.pairs(tally, names),
            deniedFlows: ReplayReport.deniedFlows(tally, tree, names),
            undecidedFlows: ReplayReport.undecidedFlows(tally, tree, names),
            reasons: ReplayReport.reasons(tally),
            unlistedDenied: tally.deniedFlows.unlisted,
            unlistedUndecided: tally.unlistedUndecided,
            unlistedPairs: tally.unlistedPairs,
            losses: losses,
            staged: preview.map { StagedReport(tally.staged, now: tree, preview: $0, names) })
    }

    private static func states(_ tally: ReplayTally) -> [StateCount] {
        let words = Dictionary(tally.states.map { ($0.key.word, $0.value) }, uniquingKeysWith: +)
        return ["new", "established", "invalid", "untracked"].compactMap { word in
            words[word].map { StateCount(state: word, packets: $0) }
        }
    }

    private static func decisions(_ tally: ReplayTally, _ tree: MatchTree) -> [DecisionCount] {
        var counts: [Decision: Int] = [:]
        for entry in tally.decisions.entries(tree) {
            counts[Decision(tree, entry.step, namesEndpoint: false), default: 0] += entry.packets
        }
        return counts.map { (key: $0.key.sortKey, count: DecisionCount(decision: $0.key, packets: $0.value)) }
            .sorted { ($1.count.packets, $0.key) < ($0.count.packets, $1.key) }
            .map(\.count)
    }

    /// Pairs of addresses with the same names are one; by name.
    private static func pairs(_ tally: ReplayTally, _ names: PartyNames) -> ReportRows<PairCount> {
        typealias Row = (source: Int, destination: Int, count: ReplayTally.PairCount)
        var parties = Parties(names)
        var rows: [Row] = []
        rows.reserveCapacity(tally.pairs.count + tally.plainPairs.count)
        for (pair, count) in tally.pairs {
            rows.append((parties.number(of: pair.source), parties.number(of: pair.destination), count))
        }
        for record in tally.plainPairs {
            let source = parties.number(ofIPv4: record.source)
            rows.append((source, parties.number(ofIPv4: record.destination), ReplayTally.PairCount(record)))
        }
        let (ranks, all) = (parties.ranks, parties.names)
        let order = rows.indices.map { (rank: ranks[rows[$0].source] << 32 | ranks[rows[$0].destination], row: $0) }
            .sorted { $0.rank < $1.rank }
        var named: [Row] = []
        named.reserveCapacity(order.count)
        for (place, entry) in order.enumerated() {
            if place > 0, order[place - 1].rank == entry.rank {
                named[named.count - 1].count.add(rows[entry.row].count)
            } else {
                named.append(rows[entry.row])
            }
        }
        return ReportRows(named.count) { [named] index in
            let row = named[index]
            return PairCount(
                source: all[row.source], destination: all[row.destination], allow: row.count.allowed,
                deny: row.count.denied, undecided: row.count.undecided)
        }
    }

    private static func deniedFlows(
        _ tally: ReplayTally, _ tree: MatchTree, _ names: PartyNames
    ) -> ReportRows<DeniedFlow> {
        let (plain, others) = (tally.plainDenials, tally.deniedFlows.flows.map { $0 })
        let frames =
            plain.records.indices.map { plain.firstFrame($0) } + others.map(\.value.firstFrame)
        let order = frames.indices.map { (frame: frames[$0], row: $0) }.sorted { $0.frame < $1.frame }
        let decisions = DecisionNames(tree)
        return ReportRows(order.count) { index in
            let row = order[index].row
            let (label, causes) = row < plain.records.count ? plain.flow(row) : others[row - plain.records.count]
            return DeniedFlow(label, causes, decisions, names)
        }
    }

    private static func undecidedFlows(
        _ tally: ReplayTally, _ tree: MatchTree, _ names: PartyNames
    ) -> [UndecidedFlow] {
        tally.undecidedFlows.map { flow, count in
            UndecidedFlow(
                firstFrame: count.firstFrame, packets: count.packets, flow: NamedFlow(flow.label, names),
                reason: flow.reason.word,
                backends: flow.backends.map { outcome in
                    UndecidedFlow.Backend(
                        name: "\(names.name(of: outcome.backend.address)):\(outcome.backend.port)",
                        verdict: outcome.verdict, decision: outcome.step.map { Decision(tree, $0) })
                })
        }.sorted { ($0.firstFrame, $0.reason) < ($1.firstFrame, $1.reason) }
    }

    private static func reasons(_ tally: ReplayTally) -> [ReasonCount] {
        tally.unjudged.map { reason, count in
            ReasonCount(
                reason: reason.word, verdict: reason.verdict, firstFrame: count.firstFrame, packets: count.packets)
        }.sorted { ($1.packets, $0.reason) < ($0.packets, $1.reason) }
    }
}

extension ReplayReport.DeniedFlow {
    fileprivate init(
        _ label: FlowLabel, _ causes: FlowCauses<Step>, _ decisions: DecisionNames, _ names: PartyNames
    ) {
        let others = causes.others
            .map { Denial(decision: decisions[$0.key], packets: $0.value) }
            .sorted { ($1.packets, $0.decision.sortKey) < ($0.packets, $1.decision.sortKey) }
        self.init(
            firstFrame: causes.firstFrame, packets: causes.packets, flow: NamedFlow(label, names),
            denials: [Denial(decision: decisions[causes.first], packets: causes.firstPackets)] + others)
    }
}

/// The decisions of a report's rows, each put into words once.
private final class DecisionNames: Sendable {
    private let tree: MatchTree
    private let known = Mutex<[Step: Decision]>([:])

    init(_ tree: MatchTree) { self.tree = tree }

    subscript(step: Step) -> Decision {
        known.withLock { known in
            if let decision = known[step] { return decision }
            let decision = Decision(tree, step)
            known[step] = decision
            return decision
        }
    }
}

extension UnjudgedReason {
    /// The verdict that it goes with.
    var verdict: ReplayVerdict {
        switch self {
        case .decoding(.linkHeaderCut), .decoding(.ipHeaderCut): .undecided
        case .decoding, .defect, .elsewhere, .samePod: .unjudged
        case .fragments, .cut, .backends, .waitingTooLong: .undecided
        }
    }
}

extension Decision {
    /// Tells any two decisions of a report apart.
    var sortKey: String {
        ([code.rawValue, direction?.word ?? "", text] + sources).joined(separator: "\u{0}")
    }
}

extension MatchTree {
    /// Whether a decision at this site lets the packet go on.
    func accepts(_ site: SiteID) -> Bool {
        switch sites[Int(site.value)].kind {
        case .rule(let chain, let rule): chains[chain.value].rules[rule].action == .allow
        case .endOfTier, .noProfile, .missingProfile: false
        case .fixed(let fixed):
            switch fixed {
            case .conntrackEstablished, .neighbourDiscovery, .endpointToHostAccept, .hostToWorkload, .notPoliced,
                .failsafe, .reversePathExempt, .noForwardPolicy, .tunnelOfKnownHost, .endpointToHostReturn:
                true
            case .conntrackInvalid, .encapsulationVXLAN, .encapsulationIPIP, .endpointToHostDrop, .unknownInterface,
                .serviceWithoutBackends, .reversePath, .tunnelOfUnknownHost, .serviceLoop:
                false
            }
        }
    }
}
