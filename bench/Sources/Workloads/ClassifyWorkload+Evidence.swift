import Classification
import Matching
import NetTypes
import NetworkTopology
import PolicyIR
import Workspace

/// That what is measured is the real thing.
extension ClassifyWorkload {
    /// The share of keys that some policy decided, at either end.
    public mutating func shareJudged() -> Double {
        var judged = 0
        for first in stride(from: 0, to: keys.count, by: ClassifyWorkload.batch) {
            for index in 0..<classify(first) {
                let (egress, ingress) = entries(index)
                let isOpen = egress.needsEvaluation || ingress.needsEvaluation
                judged += egress.site != nil || ingress.site != nil || isOpen ? 1 : 0
            }
        }
        return keys.isEmpty ? 0 : Double(judged) / Double(keys.count)
    }

    /// Sizes of the tables, by the names that reports use.
    public var tableFacts: [(name: String, value: Double)] {
        let statistics = tables.statistics
        return statistics.counts.map { ("tables.\($0.name)", Double($0.value)) }
    }

    /// Verdicts of `count` keys, spread over the trace, compared with the reference evaluator's; the differences.
    public mutating func differences(sample count: Int) -> [String] {
        let reference = ReferenceEvaluator(inputs.cluster)
        let topology = inputs.tree.topology
        let sample = stride(from: 0, to: keys.count, by: max(1, keys.count / max(1, count)))
        return sample.compactMap { index in
            let key = keys[index]
            let place = index % ClassifyWorkload.batch
            _ = classify(index - place)
            let expected = topology.visits(from: key.source, to: key.destination).allSatisfy {
                reference.judge($0, key, state: .new).verdict == .accept
            }
            let (egress, ingress) = entries(place)
            let isOpen = egress.needsEvaluation || ingress.needsEvaluation
            let found = isOpen ? accepts(key) : !egress.denies && !ingress.denies
            return expected == found ? nil : "\(key): the reference says \(expected ? "allow" : "deny")"
        }
    }
}
