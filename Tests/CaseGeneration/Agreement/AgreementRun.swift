import Classification
import Diagnostics
import PolicyIR
public import PolicyTesting
import Workspace

/// Judges generated cases by several engines and keeps where they differ.
public struct AgreementRun {
    /// What one engine has done.
    public struct Tally: Sendable {
        public var cases = 0
        public var duration = Duration.zero

        public var casesPerSecond: Double {
            let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
            return seconds > 0 ? Double(cases) / seconds : 0
        }
    }

    public let plan: AgreementPlan
    public private(set) var policySets = 0
    public private(set) var tallies: [EngineName: Tally] = [:]
    public private(set) var disagreements: [Disagreement] = []
    /// Errors of validation, of which generated manifests should have none: `set N: path:line:column: error: …`.
    public private(set) var refusals: [String] = []
    /// Invariants of the match tree that do not hold.
    public private(set) var brokenInvariants: [String] = []
    /// Of the reference evaluator's answers.
    public private(set) var coverage = CaseCoverage()

    public init(_ plan: AgreementPlan) { self.plan = plan }

    /// Generates a set by its number, and judges its packets.
    public mutating func judge(set: Int) throws(EngineError) {
        let policies = plan.policySet(set)
        let inputs = policies.load()
        policySets += 1
        let renderer = DiagnosticRenderer(sources: inputs.sources)
        refusals += inputs.refusals.map { "set \(set): \(renderer.text($0))" }
        brokenInvariants += inputs.tree.verify().map { "set \(set): \($0)" }

        let packets = PacketGenerator(inputs).packets(plan.packetsPerSet, seed: plan.packetSeed(set))
        let requests = packets.compactMap { $0.request(inputs.cluster.topology) }
        let reach = EngineReach(inputs.cluster.topology)
        let expected = try answers(.reference, inputs, requests)
        coverage.add(expected, inputs.tree)
        for engine in plan.engines where engine != .reference {
            var places = requests.indices.filter { reach.includes(requests[$0], engine) }
            if engine == .kernel { places = Array(places.prefix(plan.kernelPacketsPerSet)) }
            let found = try answers(engine, inputs, places.map { requests[$0] })
            for (place, answer) in zip(places, found) where !answer.agrees(with: expected[place]) {
                disagreements.append(
                    Disagreement(
                        seed: plan.seed, set: set, number: place, packet: packets[place], policies: policies,
                        engine: engine, expected: expected[place], found: answer))
            }
        }
    }

    private mutating func answers(
        _ name: EngineName, _ inputs: LoadedInputs, _ requests: [EngineRequest]
    ) throws(EngineError) -> [EngineAnswer] {
        guard !requests.isEmpty else { return [] }
        let clock = ContinuousClock()
        var engine = try name.make(inputs)
        let start = clock.now
        let answers = try engine.judge(requests)
        tallies[name, default: Tally()].duration += clock.now - start
        tallies[name, default: Tally()].cases += requests.count
        guard answers.count == requests.count else {
            throw EngineError(
                engine: name, message: "\(answers.count) answers to \(requests.count) requests", isEnvironment: false)
        }
        return answers
    }
}

extension EngineAnswer {
    /// The same verdict, and for the same reasons where both engines tell them.
    func agrees(with other: EngineAnswer) -> Bool {
        guard verdict == other.verdict else { return false }
        guard let steps, let otherSteps = other.steps else { return true }
        return steps == otherSteps
    }
}
