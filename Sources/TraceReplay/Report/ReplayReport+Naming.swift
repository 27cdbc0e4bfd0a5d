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
            let decision = Decision(tree, entry.step, namesEndpoint: false)
            counts[decision, default: 0] += entry.packets
        }
        return counts.map { DecisionCount(decision: $0.key, packets: $0.value) }
            .sorted { ($1.packets, $0.decision.sortKey) < ($0.packets, $1.decision.sortKey) }
    }

    private static func pairs(_ tally: ReplayTally, _ names: PartyNames) -> [PairCount] {
        var counts: [String: PairCount] = [:]
        for (pair, count) in tally.pairs {
            let (source, destination) = (names.name(of: pair.source), names.name(of: pair.destination))
            var named =
                counts["\(source) \(destination)"]
                ?? PairCount(source: source, destination: destination, allow: 0, deny: 0, undecided: 0)
            named.allow += count.allowed
            named.deny += count.denied
            named.undecided += count.undecided
            counts["\(source) \(destination)"] = named
        }
        return counts.values.sorted { ($0.source, $0.destination) < ($1.source, $1.destination) }
    }

    private static func deniedFlows(
        _ tally: ReplayTally, _ tree: MatchTree, _ names: PartyNames
    ) -> [DeniedFlow] {
        tally.deniedFlows.flows.map { label, denials in
            let others = denials.others
                .map { DeniedFlow.Denial(decision: Decision(tree, $0.key), packets: $0.value) }
                .sorted { ($1.packets, $0.decision.sortKey) < ($0.packets, $1.decision.sortKey) }
            let first = DeniedFlow.Denial(
                decision: Decision(tree, denials.first), packets: denials.firstPackets)
            return DeniedFlow(
                firstFrame: denials.firstFrame, packets: denials.packets, flow: NamedFlow(label, names),
                denials: [first] + others)
        }.sorted { $0.firstFrame < $1.firstFrame }
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
