import PolicyTesting

extension AgreementRun {
    /// Seed and counts: of cases, of what decided them, of each engine's speed, and of what is wrong.
    public var summary: String {
        let cases = tallies[.reference]?.cases ?? 0
        let decisions = coverage.decisions.sorted { $0.value > $1.value }.map { "\($0.value) \($0.key)" }
        var lines = [
            "seed \(plan.seed): \(policySets) policy sets, \(cases) cases, \(coverage.allowed) of them allowed",
            "  decided by: \(decisions.joined(separator: ", "))",
            "  \(coverage.decidingRules) of \(coverage.rules) Allow and Deny rules decided a case",
        ]
        for name in EngineName.allCases {
            guard let tally = tallies[name] else { continue }
            lines.append("  \(name.rawValue): \(tally.cases) cases, \(Int(tally.casesPerSecond)) cases/s")
        }
        lines.append(
            "  \(disagreements.count) differences, \(refusals.count) refused manifests, "
                + "\(brokenInvariants.count) broken invariants")
        return lines.joined(separator: "\n")
    }

    public var isFine: Bool { disagreements.isEmpty && refusals.isEmpty && brokenInvariants.isEmpty }
}
