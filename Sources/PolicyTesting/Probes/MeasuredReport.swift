/// A probe where Calico's own rules depart from the meaning of the policy.
public struct MeasuredQuirk: Sendable {
    public var caseName: String
    public var engine: EngineName
    /// The packet, both verdicts, and the fault's name.
    public var headline: String
}

/// What a run over measured packets found.
public struct MeasuredReport: Sendable {
    public var probes = 0
    public var cases = 0
    /// Of `PolicyTestReport.mismatches`, those of measured packets.
    public var mismatches = 0
    /// The verdict is as measured, what led to it is not.
    public var decidedOtherwise: [ProbeMismatch] = []
    public var quirks: [MeasuredQuirk] = []

    public init() {}

    /// `N probes, N mismatches, N decided otherwise, N quirks, N cases`.
    public var summary: String {
        "\(probes) probes, \(mismatches) mismatches, \(decidedOtherwise.count) decided otherwise, "
            + "\(quirks.count) quirks, \(cases) cases"
    }

    mutating func add(_ other: MeasuredReport) {
        probes += other.probes
        cases += other.cases
        mismatches += other.mismatches
        decidedOtherwise += other.decidedOtherwise
        quirks += other.quirks
    }
}
