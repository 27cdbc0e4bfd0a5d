import NetTypes

/// A rule of a chain in the terms of tables: atoms for addresses, interned sets for services. Log rules have none, nor
/// do rules that no packet of the family can match.
struct TableRule {
    var action: RuleAction
    var site: UInt32
    /// Number of the services that it may match, but for what `named` says.
    var services: Int
    /// Its match depends on what tables don't know, too: a source port, a domain's addresses.
    var isUncertain: Bool
    /// The address of the end whose program it is: a member of all of these …
    var ownIn: [UInt32]
    /// … and of none of these.
    var ownNotIn: [UInt32]
    /// The other end's address.
    var peerIn: [UInt32]
    var peerNotIn: [UInt32]
    /// Index in `RuleTemplates.named`; `nil` without condition on triple sets.
    var named: Int?
}

/// Conditions on (address, protocol, port) triples. A list of triples stands for a set: the services at which the set
/// has the address are those whose atoms the address has.
struct NamedCondition {
    typealias Triples = Range<Int>

    /// Destination port in `ranges` (a number of services) or at a service of one of these sets.
    var ports: (ranges: Int?, sets: [Triples])?
    /// Destination port at none of these.
    var notPorts: [Triples] = []
    /// Destination port at a service of each of these.
    var all: [Triples] = []
    /// Each needs a member with the source's address; whether its port fits is unknown.
    var sourceAny: [[Triples]] = []
    /// If one has a member with the source's address, the match depends on the source port.
    var sourceNone: [Triples] = []
}
