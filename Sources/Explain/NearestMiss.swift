public import Diagnostics
public import NetTypes
public import PolicyIR

/// The rule that came closest to matching before a tier's end dropped a packet: what a user should look at first.
public struct NearestMiss: Sendable, Hashable {
    public var owner: RuleOwner
    public var index: Int
    public var location: SourceLocation
    public var mismatches: [Mismatch]

    /// The Allow rule at the smallest distance, of the last endpoint on the walk; the first of equals.
    public init?(in walk: [WalkEvent]) {
        var best: NearestMiss?
        for event in walk {
            switch event {
            case .endpoint: best = nil
            case .rule(let owner, let index, .allow, let mismatches, let location) where !mismatches.isEmpty:
                let miss = NearestMiss(owner: owner, index: index, location: location, mismatches: mismatches)
                if best.map({ miss.distance < $0.distance }) ?? true { best = miss }
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

    /// How far the packet is from matching: another port of the right peer is nearer than another peer, and a pod of the
    /// right namespace nearer than one of another.
    private var distance: Int {
        mismatches.reduce(0) { sum, mismatch in
            switch mismatch.condition {
            case .proto, .notProtocol, .icmp, .notICMP: sum + 1
            case .sourceNamespace, .destinationNamespace, .ipVersion, .addressFamily: sum + 4
            default: sum + (mismatch.condition.isAboutPorts ? 1 : 3)
            }
        }
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
