public import NetTypes
public import NetworkTopology

/// One packet at one node, with the state that connection tracking gave it.
public struct EngineRequest: Sendable {
    public var visit: Visit
    public var key: FlowKey
    public var state: FlowState

    public init(visit: Visit, key: FlowKey, state: FlowState) {
        self.visit = visit
        self.key = key
        self.state = state
    }
}

/// An engine's answer. Engines that run rules instead of policy say less about the why.
public struct EngineAnswer: Sendable {
    public var verdict: Verdict
    /// Every acceptance on the way or the denial that ended it; `nil` when the engine only sees whether the packet got
    /// through.
    public var steps: [DecisionStep]?
    /// Untracked policy took the packet out of connection tracking.
    public var isUntracked: Bool

    public init(verdict: Verdict, steps: [DecisionStep]?, isUntracked: Bool = false) {
        self.verdict = verdict
        self.steps = steps
        self.isUntracked = isUntracked
    }
}

/// Anything that judges packets by the same policy: reference evaluator, matcher, interpreted nftables rules, kernel.
public protocol VerdictEngine {
    var name: EngineName { get }
    /// Answers in the order of the requests.
    mutating func judge(_ requests: [EngineRequest]) throws(EngineError) -> [EngineAnswer]
}

public enum EngineName: String, Sendable, CaseIterable {
    case reference
    case matcher
    case nft
    case kernel
}

/// An engine could not do its work: no verdict is implied.
public struct EngineError: Error, Sendable {
    public var engine: EngineName
    public var message: String
    /// Missing privilege or kernel support, not a fault of the input or of ours.
    public var isEnvironment: Bool

    public init(engine: EngineName, message: String, isEnvironment: Bool) {
        self.engine = engine
        self.message = message
        self.isEnvironment = isEnvironment
    }
}
