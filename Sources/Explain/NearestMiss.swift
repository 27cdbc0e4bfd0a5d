public import Diagnostics
public import NetTypes
public import PolicyIR

/// The rule that came closest to matching before a tier's end dropped a packet: what a user should look at first.
public struct NearestMiss: Sendable, Hashable {
    public var owner: RuleOwner
    public var index: Int
    public var location: SourceLocation
    public var mismatches: [Mismatch]

    /// The rule with the fewest failed conditions of the last endpoint on the walk; the first of equals.
    public init?(in walk: [WalkEvent]) {
        var best: NearestMiss?
        for event in walk {
            switch event {
            case .endpoint: best = nil
            case .rule(let owner, let index, .allow, let mismatches, let location) where !mismatches.isEmpty:
                if best.map({ mismatches.count < $0.mismatches.count }) ?? true {
                    best = NearestMiss(owner: owner, index: index, location: location, mismatches: mismatches)
                }
            default: break
            }
        }
        guard let best else { return nil }
        self = best
    }

    private init(owner: RuleOwner, index: Int, location: SourceLocation, mismatches: [Mismatch]) {
        self.owner = owner
        self.index = index
        self.location = location
        self.mismatches = mismatches
    }

    /// `nearest miss: knp/ns/name rule 0 (file:line): destination.ports: packet has …`
    public func text(_ sources: SourceMap) -> String {
        let name: String =
            switch owner {
            case .policy(let policy, _): policy.description
            case .profile(let profile): "profile \(profile)"
            }
        let why = mismatches.map { "\($0.condition.rawValue): \($0.detail)" }.joined(separator: "; ")
        return "nearest miss: \(name) rule \(index) (\(sources.lineText(location))): \(why)"
    }
}
