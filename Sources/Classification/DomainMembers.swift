public import NetTypes

/// The members of a set that follows domain names: which names, and the addresses known of them so far.
public struct DomainMembers: Hashable, Sendable {
    /// An address, and how long it holds.
    public struct Member: Hashable, Sendable {
        public var address: IPAddress
        /// Seconds; `nil`: for ever.
        public var timeToLive: UInt32?

        public init(address: IPAddress, timeToLive: UInt32?) {
            self.address = address
            self.timeToLive = timeToLive
        }
    }

    /// Sorted, distinct, not empty.
    public let patterns: [DomainPattern]
    /// By address, each once: what was known when the tree was made.
    public let members: [Member]

    public init(patterns: some Sequence<DomainPattern>, table: DomainTable) {
        self.patterns = Set(patterns).sorted()
        members = table.records(of: self.patterns).map { Member(address: $0.address, timeToLive: $0.timeToLive) }
    }

    /// `domains api.example.com, *.example.org`
    var meaning: String { "domains \(patterns.map(\.text).joined(separator: ", "))" }

    /// An address as a block of one, for whoever only asks for membership.
    var blocks: [IPPrefix] { members.map { IPPrefix(host: $0.address) } }
}

extension DomainMembers.Member {
    /// `203.0.113.5`, `203.0.113.5 (TTL 60 s)`
    var text: String { "\(address)" + (timeToLive.map { " (TTL \($0) s)" } ?? "") }
}
