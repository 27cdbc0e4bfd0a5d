import Classification
import Matching
import NetTypes
import NetworkTopology
import PolicyIR
import Workspace

/// That what is measured is the real thing.
extension ClassifyWorkload {
    /// The share of keys that some policy decided, at either end.
    public var shareJudged: Double {
        var judged = 0
        forEachBatch(stride(from: 0, to: keys.count, by: ClassifyWorkload.batch)) { _, answers in
            for index in 0..<answers.count {
                let answer = answers[index]
                let isJudged = answer.egress.site != nil || answer.ingress.site != nil || answer.needsEvaluation
                judged += isJudged ? 1 : 0
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
    public func differences(sample count: Int) -> [String] {
        let reference = ReferenceEvaluator(inputs.cluster)
        let topology = inputs.tree.topology
        var differences: [String] = []
        for index in stride(from: 0, to: keys.count, by: max(1, keys.count / max(1, count))) {
            let key = keys[index]
            let expected = topology.visits(from: key.source, to: key.destination).allSatisfy {
                reference.judge($0, key, state: .new).verdict == .accept
            }
            let place = index % ClassifyWorkload.batch
            forEachBatch([index - place]) { _, answers in
                let answer = answers[place]
                let found = answer.needsEvaluation ? accepts(key) : !answer.egress.denies && !answer.ingress.denies
                if found != expected {
                    differences.append("\(key): the reference says \(expected ? "allow" : "deny")")
                }
            }
        }
        return differences
    }
}
