import Classification
import NetTypes

/// A packet's verdict, and beside it that of the preview.
struct SideBySideOutcome: Sendable {
    var now: PacketOutcome
    /// `nil` when nothing is staged.
    var staged: PacketOutcome?
    /// `nil` unless the two verdicts differ.
    var change: VerdictChange?
}

/// Judges each packet by the enforced policies and, if something is staged, by the preview: two judges, each with the
/// connections that its own verdicts let come about.
struct SideBySideJudge: Sendable {
    private(set) var now: PacketJudge
    private(set) var staged: PacketJudge?

    init(_ tree: MatchTree, preview: MatchTree?, options: PacketJudge.Options) {
        var options = options
        options.recordsHops = options.recordsHops || preview != nil
        now = PacketJudge(tree, options: options)
        staged = preview.map { PacketJudge($0, options: options) }
    }

    mutating func judge(_ packet: PacketFacts, time: Int64) -> SideBySideOutcome {
        let outcome = now.judge(packet, time: time)
        guard let preview = staged?.judge(packet, time: time) else { return SideBySideOutcome(now: outcome) }
        return SideBySideOutcome(
            now: outcome, staged: preview,
            change: VerdictChange(outcome, now.lastHops, preview, staged?.lastHops ?? []))
    }
}
