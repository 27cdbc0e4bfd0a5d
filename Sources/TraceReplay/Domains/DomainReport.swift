import NetTypes

/// What domain names had to do with the verdicts of a replay.
public struct DomainReport: Sendable, Hashable {
    /// An address of a name, and the packets that its being one decided.
    public struct Use: Sendable, Hashable {
        public var evidence: DomainEvidence
        public var verdict: ReplayVerdict
        public var firstFrame: Int
        public var packets: Int
    }

    /// By first frame.
    public var uses: [Use] = []
    /// Packets that belong into `uses` but found it full.
    public var unlistedPackets = 0
    /// The names and patterns of rules without any address, neither mapped nor answered; sorted.
    public var unanswered: [String] = []
    /// Learned addresses given up because there were too many: their rules may not have matched any more.
    public var forgottenAddresses = 0
    /// DNS answers that make no sense, of which nothing was taken.
    public var brokenAnswers = 0
    /// DNS answers of which only a part was taken, having too many addresses.
    public var oversizedAnswers = 0
}

/// Reads the answers of a capture and counts what they decided.
struct DomainWatch: Sendable {
    private struct Key: Hashable {
        var evidence: DomainEvidence
        var verdict: ReplayVerdict
    }

    var reader = DomainAnswerReader()
    private var uses: [Key: (firstFrame: Int, packets: Int)] = [:]
    private var unlisted = 0
    private let limit: Int

    /// - Parameter limit: uses listed at most.
    init(limit: Int) { self.limit = limit }

    mutating func count(_ row: PacketRow) {
        guard row.copyOf == nil, let evidence = row.outcome.domain else { return }
        let key = Key(evidence: evidence, verdict: row.outcome.verdict)
        guard let known = uses[key] else {
            if uses.count < limit { uses[key] = (row.frame, 1) } else { unlisted += 1 }
            return
        }
        uses[key] = (min(known.firstFrame, row.frame), known.packets + 1)
    }

    func report(_ learning: DomainLearning) -> DomainReport {
        var report = DomainReport()
        report.uses = uses.map { key, use in
            DomainReport.Use(
                evidence: key.evidence, verdict: key.verdict, firstFrame: use.firstFrame, packets: use.packets)
        }.sorted { ($0.firstFrame, "\($0.evidence)") < ($1.firstFrame, "\($1.evidence)") }
        report.unlistedPackets = unlisted
        report.unanswered = learning.unanswered.sorted().map(\.text)
        report.forgottenAddresses = learning.evictions
        report.brokenAnswers = reader.broken
        report.oversizedAnswers = reader.oversized
        return report
    }
}
