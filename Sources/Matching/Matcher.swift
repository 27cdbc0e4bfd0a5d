public import Classification
public import NetTypes
import NetworkTopology

/// A match tree frozen into flat arrays: judges packets without allocating.
///
/// Immutable and shared, but for the members of domain sets (`insert(_:into:)`); connection tracking (`FlowTable`) and
/// `Counters` belong to the caller. Nothing here knows a policy's name: a verdict comes with `SiteID`s, and the tree tells
/// what they stand for.
public struct Matcher: Sendable {
    var v4: FamilyMatcher<MemberKey4>
    var v6: FamilyMatcher<MemberKey6>
    let endpoints: [EndpointPrograms]
    let workloads: [Topology.Endpoint]
    let hostEndpoints: [HostEndpointPrograms]
    let nodes: [FrozenNode]
    public let siteCount: Int

    /// `tree` must hold its own invariants (`MatchTree.verify()`). O(rules of all programs + members of all sets).
    public init(_ tree: MatchTree) {
        v4 = FamilyMatcher(tree, family: .v4)
        v6 = FamilyMatcher(tree, family: .v6)
        endpoints = tree.endpoints
        workloads = tree.topology.endpoints
        hostEndpoints = tree.hostEndpoints
        let knownHosts = Set(tree.topology.nodes.flatMap(\.addresses))
        nodes = zip(tree.nodeSettings, tree.topology.hostBindings).map {
            FrozenNode($0, $1, tree.hostEndpoints, knownHosts: knownHosts)
        }
        siteCount = tree.sites.count
    }

    /// What one program decides for a new packet: policy alone, without paths and connection tracking.
    ///
    /// - Returns: no site where the program leaves the packet to the next stage, which counts as accepted.
    public func classify(_ program: ProgramID, _ key: FlowKey) -> (verdict: Verdict, site: SiteID?) {
        let outcome = outcome(program, key)
        return (outcome.accepts ? .accept : .drop, outcome.site)
    }

    /// The Log rules that a new packet meets in one program before it is decided, in order.
    public func forEachLog(_ program: ProgramID, _ key: FlowKey, _ body: (SiteID) -> Void) {
        switch key.family {
        case .v4: v4.loggedSites(program, key, body)
        case .v6: v6.loggedSites(program, key, body)
        }
    }

    @inline(__always) func outcome(_ program: ProgramID, _ key: FlowKey) -> Outcome {
        switch key.family {
        case .v4: v4.classify(program, key)
        case .v6: v6.classify(program, key)
        }
    }

    func outcomeWithoutTransport(_ program: ProgramID, _ key: FlowKey) -> Outcome? {
        switch key.family {
        case .v4: v4.classifyWithoutTransport(program, key)
        case .v6: v6.classifyWithoutTransport(program, key)
        }
    }
}
