import Classification
import Matching
import NetTypes
import NetworkTopology
import PolicyIR

/// The oracle: policy interpreted as it is written.
struct ReferenceEngine: VerdictEngine {
    let name = EngineName.reference
    let evaluator: ReferenceEvaluator

    init(_ cluster: ResolvedCluster) { evaluator = ReferenceEvaluator(cluster) }

    func judge(_ requests: [EngineRequest]) -> [EngineAnswer] {
        requests.map { request in
            let judgement = evaluator.judge(request.visit, request.key, state: request.state)
            return EngineAnswer(
                verdict: judgement.verdict, steps: judgement.steps, isUntracked: judgement.isUntracked)
        }
    }
}

/// The matcher that `replay` uses: rule lists, and decision tables for what these answer.
///
/// Both are asked, unless tables are not wanted. Where they differ the answer has the steps of both, so that it agrees
/// with no other engine's.
struct MatcherEngine: VerdictEngine {
    let name = EngineName.matcher
    let tree: MatchTree
    let matcher: Matcher
    let tables: TableAnswers?

    init(_ tree: MatchTree, comparesTables: Bool) {
        self.tree = tree
        matcher = Matcher(tree)
        tables = comparesTables ? TableAnswers(tree) : nil
    }

    func judge(_ requests: [EngineRequest]) -> [EngineAnswer] {
        let lookedUp = tables?.steps(requests) ?? requests.map { _ in [] }
        return zip(requests, lookedUp).map { request, lookedUp in
            let judgement = matcher.judge(request.visit, request.key, state: request.state)
            var steps = judgement.steps
            if let differing = lookedUp.first(where: { $0 != steps }) { steps += differing }
            return EngineAnswer(
                verdict: steps.allSatisfy(\.accepts) ? .accept : .drop, steps: steps.map(decisionStep),
                isUntracked: judgement.isUntracked)
        }
    }

    private func decisionStep(_ step: Step) -> DecisionStep {
        DecisionStep(
            verdict: step.accepts ? .accept : .drop, direction: step.asked == .nothing ? nil : step.direction,
            endpoint: step.endpoint?.value, hostEndpoint: step.hostEndpoint?.value, stage: step.stage,
            cause: tree.cause(of: step.site))
    }
}
