public import Classification
public import NetTypes

/// Domain sets change between packets. A copy of a matcher shares everything but the sets that change in it, so that
/// each node of a cluster can have its own at little cost.
extension Matcher {
    /// An address of a name that the set follows was learned. Does nothing when it is a member already.
    ///
    /// - Precondition: the set follows domains (`IPSet.domains`).
    public mutating func insert(_ address: IPAddress, into set: IPSetID) {
        switch address.family {
        case .v4: v4.sets.insert(address, into: set)
        case .v6: v6.sets.insert(address, into: set)
        }
    }

    /// The address is none of the set's names' any more.
    ///
    /// - Precondition: the set follows domains (`IPSet.domains`).
    public mutating func remove(_ address: IPAddress, from set: IPSetID) {
        switch address.family {
        case .v4: v4.sets.remove(address, from: set)
        case .v6: v6.sets.remove(address, from: set)
        }
    }
}
