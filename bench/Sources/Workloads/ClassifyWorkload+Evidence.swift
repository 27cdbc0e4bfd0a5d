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
        let judged = keys.indices.count { index in
            let (egress, ingress) = entries(index)
            return egress.site != nil || ingress.site != nil || egress.needsEvaluation || ingress.needsEvaluation
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
        return stride(from: 0, to: keys.count, by: max(1, keys.count / max(1, count))).compactMap { index in
            let key = keys[index]
            let expected = topology.visits(from: key.source, to: key.destination).allSatisfy {
                reference.judge($0, key, state: .new).verdict == .accept
            }
            let (egress, ingress) = entries(index)
            let isOpen = egress.needsEvaluation || ingress.needsEvaluation
            let found = isOpen ? accepts(key) : !egress.denies && !ingress.denies
            return expected == found ? nil : "\(key): the reference says \(expected ? "allow" : "deny")"
        }
    }

    private func entries(_ index: Int) -> (TableEntry, TableEntry) {
        (TableEntry(raw: egress[index]), TableEntry(raw: ingress[index]))
    }
}
