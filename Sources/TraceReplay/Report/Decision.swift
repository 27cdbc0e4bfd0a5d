public import Classification
import Diagnostics
public import Explain
public import Matching
public import NetTypes
import NetworkTopology

/// What decided a packet, in words and with its places in the manifests.
public struct Decision: Hashable, Sendable {
    public var verdict: Verdict
    public var code: Reason.Code
    /// `nil` where no endpoint was asked.
    public var direction: Direction?
    public var tier: String?
    /// The policy of the deciding rule, or every policy that isolates the endpoint, in order of evaluation.
    public var policies: [PolicyName]
    /// The profile that decided, where no policy did.
    public var profile: String?
    /// Counts the rules of the policy's list in this direction from 0.
    public var rule: Int?
    /// `path:line` of the rule, or of every isolating policy.
    public var sources: [String]
    /// The endpoint that was asked, `namespace/name`; `nil` as well where several were.
    public var endpoint: String?
    /// One sentence.
    public var text: String

    /// - Parameters:
    ///   - step: at the endpoint that was asked, or one of them.
    ///   - namesEndpoint: false where the decision stands for all endpoints of the same policies.
    public init(_ tree: MatchTree, _ step: Step, namesEndpoint: Bool = true) {
        let site = step.site
        let step = DecisionStep(
            verdict: step.accepts ? .accept : .drop, direction: step.asked == .nothing ? nil : step.direction,
            endpoint: step.endpoint?.value, hostEndpoint: step.hostEndpoint?.value, stage: step.stage,
            cause: tree.cause(of: site))
        var reason = tree.reason(for: step, at: site)
        verdict = step.verdict
        code = reason.code
        self.direction = step.direction
        tier = reason.tier
        policies = reason.policies
        profile = reason.profile
        rule = reason.profile == nil ? reason.ruleIndex : nil
        sources = reason.location.map { [tree.sources.lineText($0)] } ?? tree.isolatingPlaces(site)
        if !namesEndpoint { reason.endpoint = nil }
        self.endpoint = reason.endpoint
        text = reason.text(tree.sources)
    }
}

extension MatchTree {
    /// `path:line` of every policy that isolates at a tier's end, in order; empty for other sites.
    fileprivate func isolatingPlaces(_ site: SiteID) -> [String] {
        guard case .endOfTier(let program, let tier) = sites[Int(site.value)].kind else { return [] }
        return programs[program.value].tiers[tier].chains.compactMap { chain in
            chains[chain.value].location.map { sources.lineText($0) }
        }
    }
}
