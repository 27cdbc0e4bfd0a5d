import Classification
import NetTypes
import PolicyTesting

/// What the cases of a run have reached: generated cases are worth what they distinguish.
public struct CaseCoverage: Sendable {
    /// Cases that the reference evaluator allows.
    public private(set) var allowed = 0
    /// Decisions by their kind.
    public private(set) var decisions: [String: Int] = [:]
    /// Allow and Deny rules of endpoints' programs, and those of them that decided a case.
    public private(set) var rules = 0
    public private(set) var decidingRules = 0

    /// Counts the answers of one policy set.
    mutating func add(_ answers: [EngineAnswer], _ tree: MatchTree) {
        var deciding: Set<DecidingRule> = []
        for answer in answers {
            if answer.verdict == .accept { allowed += 1 }
            for step in answer.steps ?? [] {
                let place = step.hostEndpoint == nil ? "" : "host \(step.stage.word) "
                decisions[place + Self.kind(step.cause), default: 0] += 1
                guard case .rule(let owner, let index) = step.cause, let direction = step.direction else { continue }
                deciding.insert(DecidingRule(owner: owner, direction: direction, index: index))
            }
        }
        var known: Set<DecidingRule> = []
        for chain in tree.chains {
            for rule in chain.rules where rule.action == .allow || rule.action == .deny {
                guard case .rule(let owner, let index) = tree.cause(of: rule.site) else { continue }
                known.insert(DecidingRule(owner: owner, direction: chain.direction, index: index))
            }
        }
        rules += known.count
        decidingRules += known.intersection(deciding).count
    }

    private struct DecidingRule: Hashable {
        var owner: RuleOwner
        var direction: Direction
        var index: Int
    }

    private static func kind(_ cause: DecisionCause) -> String {
        switch cause {
        case .fixed(let site): "\(site)"
        case .rule(.policy, _): "policy rule"
        case .rule(.profile, _): "profile rule"
        case .endOfTier: "end of tier"
        case .noProfile: "no profile"
        case .missingProfile: "missing profile"
        }
    }
}
