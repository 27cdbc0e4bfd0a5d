import Diagnostics
import PolicyIR
import PolicyTesting
import Workspace

extension Disagreement {
    /// Whether the engines differ on the packet when it is the only one they are asked about.
    public var repeatsAlone: Bool { answers(policies).map { !$0.found.agrees(with: $0.expected) } ?? false }

    /// The same over the smallest manifests found on which the engines still differ, with the answers that they get.
    ///
    /// - Parameter budget: how many manifests may be tried.
    public func shrunk(budget: Int) -> Disagreement {
        var shrinker = Shrinker(budget: budget) { policies in
            guard let (expected, found) = answers(policies) else { return false }
            return !found.agrees(with: expected)
        }
        var result = self
        result.policies = shrinker.shrunk(policies)
        if let answers = answers(result.policies) { (result.expected, result.found) = answers }
        return result
    }

    /// `nil` when validation refuses something, the packet's path is gone, or an engine fails.
    private func answers(_ policies: PolicySet) -> (expected: EngineAnswer, found: EngineAnswer)? {
        let inputs = policies.load()
        guard inputs.refusals.isEmpty, let request = packet.request(inputs.cluster.topology),
            EngineReach(inputs.cluster.topology).includes(request, engine),
            var reference = try? EngineName.reference.make(inputs), var other = try? engine.make(inputs),
            let expected = try? reference.judge([request]).first, let found = try? other.judge([request]).first
        else { return nil }
        return (expected, found)
    }
}
