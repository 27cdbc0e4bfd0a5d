/// Packets by verdict.
public struct VerdictCounts: Hashable, Sendable {
    public private(set) var allow = 0
    public private(set) var deny = 0
    public private(set) var undecided = 0
    public private(set) var unjudged = 0

    public init() {}

    init(allow: Int, deny: Int, unjudged: Int) {
        self.allow = allow
        self.deny = deny
        self.unjudged = unjudged
    }

    public var total: Int { allow + deny + undecided + unjudged }

    public subscript(verdict: ReplayVerdict) -> Int {
        switch verdict {
        case .allow: allow
        case .deny: deny
        case .undecided: undecided
        case .unjudged: unjudged
        }
    }

    mutating func count(_ verdict: ReplayVerdict) {
        switch verdict {
        case .allow: allow += 1
        case .deny: deny += 1
        case .undecided: undecided += 1
        case .unjudged: unjudged += 1
        }
    }

    mutating func add(_ other: VerdictCounts) {
        allow += other.allow
        deny += other.deny
        undecided += other.undecided
        unjudged += other.unjudged
    }
}
