import Matching
import NetTypes

/// The verdict of the enforced policies on a packet and that of the preview, where they differ.
struct VerdictChange: Hashable, Sendable {
    /// One verdict and what it rests on.
    struct Side: Hashable, Sendable {
        var verdict: ReplayVerdict
        /// Where one side denies: the step at that end, on the other side, too, if that end was asked there.
        var step: Step?
        var unjudged: UnjudgedReason?

        init(_ outcome: PacketOutcome, step: Step?) {
            verdict = outcome.verdict
            self.step = step
            unjudged = outcome.unjudged
        }
    }

    var now: Side
    var staged: Side

    /// `nil` where the verdicts are the same.
    init?(_ now: PacketOutcome, _ nowHops: [Passage.Hop], _ staged: PacketOutcome, _ stagedHops: [Passage.Hop]) {
        guard now.verdict != staged.verdict else { return nil }
        var nowStep = now.step
        var stagedStep = staged.step
        if staged.verdict == .deny, let denial = staged.step {
            nowStep = Self.step(nowHops, at: denial) ?? nowStep
        } else if now.verdict == .deny, let denial = now.step {
            stagedStep = Self.step(stagedHops, at: denial) ?? stagedStep
        }
        self.now = Side(now, step: nowStep)
        self.staged = Side(staged, step: stagedStep)
    }

    private static func step(_ hops: [Passage.Hop], at place: Step) -> Step? {
        guard place.asked != .nothing else { return nil }
        return hops.lazy.flatMap(\.judgement.steps).first { step in
            step.asked == place.asked && step.direction == place.direction && step.stage == place.stage
        }
    }
}
