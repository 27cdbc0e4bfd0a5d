public import Classification
import Explain
import Matching
import NetTypes
import NetworkTopology
import PacketDecoding

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
    private static func pairs(_ tally: ReplayTally, _ names: PartyNames) -> [PairCount] {
        var parties = Parties(names)
        var counts: [Parties.Pair: ReplayTally.PairCount] = [:]
        counts.reserveCapacity(tally.pairs.count)
        for (pair, count) in tally.pairs {
            let named = Parties.Pair(parties.number(of: pair.source), parties.number(of: pair.destination))
            counts[named, default: ReplayTally.PairCount()].add(count)
        }
        let ranks = parties.ranks
        return counts.map { (rank: Parties.Pair(ranks[$0.key.source], ranks[$0.key.destination]), pair: $0) }
            .sorted { ($0.rank.source, $0.rank.destination) < ($1.rank.source, $1.rank.destination) }
            .map { _, pair in
                PairCount(
                    source: parties.names[pair.key.source], destination: parties.names[pair.key.destination],
                    allow: pair.value.allowed, deny: pair.value.denied, undecided: pair.value.undecided)
            }
    }

    private static func deniedFlows(
        _ tally: ReplayTally, _ tree: MatchTree, _ names: PartyNames
    ) -> [DeniedFlow] {
        var decisions: [Step: Decision] = [:]
        func decision(_ step: Step) -> Decision {
            if let known = decisions[step] { return known }
            let new = Decision(tree, step)
            decisions[step] = new
            return new
        }
        return tally.deniedFlows.flows.map { $0 }.sorted { $0.value.firstFrame < $1.value.firstFrame }
            .map { label, denials in
                let others = denials.others
                    .map { DeniedFlow.Denial(decision: decision($0.key), packets: $0.value) }
                    .sorted { ($1.packets, $0.decision.sortKey) < ($0.packets, $1.decision.sortKey) }
                let first = DeniedFlow.Denial(decision: decision(denials.first), packets: denials.firstPackets)
                return DeniedFlow(
                    firstFrame: denials.firstFrame, packets: denials.packets, flow: NamedFlow(label, names),
                    denials: [first] + others)
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
