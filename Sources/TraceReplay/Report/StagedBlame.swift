import Classification
import Matching
import NetTypes
import NetworkTopology

/// Which staged policies are behind a change of verdict.
struct StagedBlame {
    private let now: MatchTree
    private let preview: MatchTree
    private let staged: Set<PolicyName>
    /// By the enforced policy that is replaced or deleted.
    private let successors: [PolicyName: PolicyName]

    init(now: MatchTree, preview: MatchTree) {
        self.now = now
        self.preview = preview
        staged = Set(now.stagedPolicies.filter { !$0.isDeletion }.map(\.name))
        successors = Dictionary(
            now.stagedPolicies.compactMap { policy in policy.replaces.map { ($0, policy.name) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The first of these that finds some:
    ///
    /// 1. the staged policy whose rule decides in the preview, or the one in whose place the rule stood that decides now;
    /// 2. the staged policies that isolate the endpoint in the preview, or in whose place those stood that isolate it now;
    /// 3. all staged policies that the endpoint has, or whose predecessors it has, in this direction.
    ///
    /// Empty where no policy denies: such a packet follows from what became of one before it.
    func policies(behind change: VerdictChange) -> [PolicyName] {
        let denial = [change.staged, change.now].first { $0.verdict == .deny }?.step
        guard let denial, denial.fixedSite == nil else { return [] }
        let (new, old) = (change.staged.step, change.now.step)
        for candidates in [
            rule(preview, new).filter(staged.contains), rule(now, old).compactMap { successors[$0] },
            isolators(preview, new).filter(staged.contains), isolators(now, old).compactMap { successors[$0] },
            chains(preview, new).filter(staged.contains) + chains(now, old).compactMap { successors[$0] },
        ] where !candidates.isEmpty {
            return Set(candidates).sorted { $0.description < $1.description }
        }
        return []
    }

    private func rule(_ tree: MatchTree, _ step: Step?) -> [PolicyName] {
        guard let step, case .rule(.policy(let name, _), _) = tree.cause(of: step.site) else { return [] }
        return [name]
    }

    private func isolators(_ tree: MatchTree, _ step: Step?) -> [PolicyName] {
        guard let step, case .endOfTier(_, let isolating) = tree.cause(of: step.site) else { return [] }
        return isolating
    }

    /// Every policy that an endpoint has where a step was taken.
    private func chains(_ tree: MatchTree, _ step: Step?) -> [PolicyName] {
        guard let step, let program = tree.program(at: step) else { return [] }
        return tree.programs[program.value].tiers.flatMap(\.chains).compactMap { chain in
            guard case .policy(let name, _) = tree.chains[chain.value].owner else { return nil }
            return name
        }
    }
}

extension MatchTree {
    /// The program that was run at a step; `nil` where no endpoint was asked.
    fileprivate func program(at step: Step) -> ProgramID? {
        let programs: EndpointPrograms?
        if let endpoint = step.endpoint {
            programs = endpoints[endpoint.value]
        } else if let host = step.hostEndpoint {
            let all = hostEndpoints[host.value]
            switch step.stage {
            case .untracked: programs = all.untracked
            case .preDNAT: return all.preDNAT
            case .normal: programs = all.normal
            case .forward: programs = all.forward
            }
        } else {
            return nil
        }
        return step.direction == .ingress ? programs?.ingress : programs?.egress
    }
}
