/// What becomes of a packet. Netfilter's names; reports print `allow` and `deny`.
@frozen public enum Verdict: UInt8, Hashable, Sendable {
    case accept
    case drop

    public var word: String { self == .accept ? "allow" : "deny" }
}

/// Which way a packet crosses an endpoint: `egress` leaves the workload or host, `ingress` enters it.
@frozen public enum Direction: UInt8, Hashable, Sendable, CaseIterable {
    case ingress
    case egress

    public var word: String { self == .ingress ? "ingress" : "egress" }
}

/// The actions of a policy rule (calico.md 3.7).
@frozen public enum RuleAction: UInt8, Hashable, Sendable {
    case allow
    case deny
    /// Skips the rest of the tier (of the profile, in a profile).
    case pass
    /// Logs and goes on with the next rule.
    case log

    public var word: String {
        switch self {
        case .allow: "Allow"
        case .deny: "Deny"
        case .pass: "Pass"
        case .log: "Log"
        }
    }
}

/// What connection tracking says of a packet before any rule sees it (conntrack.md).
@frozen public enum FlowState: UInt8, Hashable, Sendable {
    case new
    /// Part of a known connection.
    case established
    /// An ICMP error that quotes a known connection.
    case related
    case invalid
    case untracked

    /// Established and related packets pass before policy.
    @inlinable public var bypassesPolicy: Bool { self == .established || self == .related }

    /// The word of reports: related counts as `established`.
    public var word: String {
        switch self {
        case .new: "new"
        case .established, .related: "established"
        case .invalid: "invalid"
        case .untracked: "untracked"
        }
    }
}
