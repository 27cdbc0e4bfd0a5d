public import NetTypes

/// Why an address counted as one of a name's when a packet was judged, or did so no longer.
public struct DomainEvidence: Hashable, Sendable {
    public var record: DomainRecord
    /// The answer's time to live was over: the rule did not match.
    public var hasLapsed: Bool
}

extension DomainEvidence: CustomStringConvertible {
    /// One sentence: `203.0.113.5 answered for api.example.com in frame 17, TTL 60 s`
    public var description: String { "\(record)" + (hasLapsed ? ", which was over" : "") }
}
