import Diagnostics
import NetTypes

/// Gathers the walk and the decisions on it.
struct WalkRecorder {
    private(set) var events: [WalkEvent] = []
    private(set) var steps: [DecisionStep] = []
    private(set) var locations: [SourceLocation?] = []
    private var current: Place?

    private struct Place {
        var workload: Int?
        var host: Int?
        var direction: Direction
        var stage: PolicyStage
    }

    mutating func begin(_ name: String, workload: Int, _ direction: Direction) {
        current = Place(workload: workload, host: nil, direction: direction, stage: .normal)
        events.append(.endpoint(name: name, direction: direction))
    }

    mutating func begin(_ name: String, host: Int, _ direction: Direction, _ stage: PolicyStage) {
        current = Place(workload: nil, host: host, direction: direction, stage: stage)
        events.append(.hostEndpoint(name: name, direction: direction, stage: stage))
    }

    /// What follows is no endpoint's.
    mutating func leave() { current = nil }

    mutating func note(_ event: WalkEvent) { events.append(event) }

    mutating func decide(_ verdict: Verdict, _ owner: RuleOwner, _ rule: PolicyRule) -> Verdict {
        decide(verdict, .rule(owner, index: rule.manifestIndex), at: rule.location)
    }

    /// - Parameter stage: where it differs from that of the chain that was begun.
    mutating func decide(
        _ verdict: Verdict, _ cause: DecisionCause, at location: SourceLocation? = nil, stage: PolicyStage? = nil
    ) -> Verdict {
        if case .fixed(let site) = cause { events.append(.fixed(site)) }
        steps.append(
            DecisionStep(
                verdict: verdict, direction: current?.direction, endpoint: current?.workload,
                hostEndpoint: current?.host, stage: stage ?? current?.stage ?? .normal, cause: cause))
        locations.append(location)
        return verdict
    }
}
