public import Classification
import Explain
import Matching
import NetTypes
import NetworkTopology

/// The cells of the packet list, one row per frame.
///
/// | column | |
/// | --- | --- |
/// | `frame` | number in the capture, from 1 |
/// | `verdict` | `allow`, `deny`, `undecided`, `none` |
/// | `state` | `new`, `established` (answers and related errors), `invalid`, `untracked`; empty: unknown, or not asked |
/// | `direction` | `ingress` or `egress` of the end that decided; empty where no endpoint was asked |
/// | `tier`, `policy`, `rule` | of the deciding rule; without one, `policy` lists the isolating policies, `;` between |
/// | `source` | `path:line` of the rule, or of every isolating policy, `;` between |
/// | `reason` | stable word: `RULE`, `END_OF_TIER_DROP`, `CT_ESTABLISHED`, … or why there is no verdict |
/// | `profile` | the profile that decided, where no policy did |
/// | `protocol`, `from`, `to` | as in the capture, with the names of pods, nodes and services |
/// | `copyOf` | frame that showed this packet first |
/// | `backends` | where the backends of a service differ: `NAME:PORT=verdict`, `;` between |
/// | `domain` | only when rules name domains: which answer or mapping made the destination one of theirs |
/// | `stagedVerdict`, `stagedState` … `stagedProfile`, `stagedBackends` | only when something is staged: the same of the \
/// preview, in which everything staged is carried out |
public struct PacketRowCells: Sendable {
    /// Of every listing.
    static let commonColumns = [
        "frame", "verdict", "state", "direction", "tier", "policy", "rule", "source", "reason", "profile", "protocol",
        "from", "to", "copyOf", "backends",
    ]
    /// When rules name domains.
    static let domainColumn = "domain"
    /// Behind the others, when something is staged.
    static let stagedColumns = [
        "stagedVerdict", "stagedState", "stagedDirection", "stagedTier", "stagedPolicy", "stagedRule", "stagedSource",
        "stagedReason", "stagedProfile", "stagedBackends",
    ]

    public let columns: [String]
    private var now: OutcomeCells
    private var staged: OutcomeCells?
    private let names: PartyNames
    private let showsDomains: Bool

    public init(_ tree: MatchTree, preview: MatchTree? = nil) {
        showsDomains = tree.followsDomains
        columns =
            Self.commonColumns + (showsDomains ? [Self.domainColumn] : []) + (preview == nil ? [] : Self.stagedColumns)
        now = OutcomeCells(tree)
        staged = preview.map { OutcomeCells($0) }
        names = PartyNames(tree)
    }

    /// In the order of `columns`; not quoted.
    public mutating func cells(_ row: PacketRow) -> [String] {
        let domain = showsDomains ? [row.outcome.domain?.description ?? ""] : []
        let cells = ["\(row.frame)"] + now.cells(row.outcome) + packetCells(row) + domain
        let preview = row.staged ?? row.outcome
        guard let beside = staged?.cells(preview) else { return cells }
        return cells + beside + [backends(preview)]
    }

    /// `protocol` to `backends`.
    private func packetCells(_ row: PacketRow) -> [String] {
        let copyOf = row.copyOf.map(String.init) ?? ""
        guard let key = row.key else { return ["", "", "", copyOf, backends(row.outcome)] }
        let icmp = key.transport == .icmp ? " \(key.icmpType)/\(key.icmpCode)" : ""
        return [
            "\(key.proto)\(icmp)",
            end(key.source, key.sourcePort, key),
            end(key.destination, key.destinationPort, key),
            copyOf,
            backends(row.outcome),
        ]
    }

    private func backends(_ outcome: PacketOutcome) -> String {
        outcome.backends.map { outcome in
            "\(names.name(of: outcome.backend.address)):\(outcome.backend.port)=\(outcome.verdict.word)"
        }.joined(separator: ";")
    }

    private func end(_ address: IPAddress, _ port: UInt16, _ key: FlowKey) -> String {
        let name = names.name(of: address, proto: key.proto, port: port)
        guard key.transport == .ports else { return name }
        return IPAddress(name)?.family == .v6 ? "[\(name)]:\(port)" : "\(name):\(port)"
    }
}

/// The cells of one outcome: `verdict` to `profile`.
private struct OutcomeCells: Sendable {
    private let tree: MatchTree
    /// Decisions repeat from packet to packet; their words are made once.
    private var decisions: [Step: [String]] = [:]

    init(_ tree: MatchTree) {
        self.tree = tree
    }

    mutating func cells(_ outcome: PacketOutcome) -> [String] {
        let decided = outcome.step.map { decisionCells($0) } ?? undecidedCells(outcome)
        return [outcome.verdict.word, outcome.state?.word ?? ""] + decided
    }

    /// `direction` to `profile`.
    private mutating func decisionCells(_ step: Step) -> [String] {
        if let cells = decisions[step] { return cells }
        let decision = Decision(tree, step)
        let rule = decision.rule.map { "\($0)" } ?? ""
        let cells: [String] = [
            decision.direction?.word ?? "",
            decision.tier ?? "",
            decision.policies.map(\.description).joined(separator: ";"),
            rule,
            decision.sources.joined(separator: ";"),
            decision.code.rawValue,
            decision.profile ?? "",
        ]
        decisions[step] = cells
        return cells
    }

    private func undecidedCells(_ outcome: PacketOutcome) -> [String] {
        ["", "", "", "", "", outcome.unjudged?.word ?? "", ""]
    }
}
