/// Decisions that no policy rule makes (calico.md 4.3, 4.5, 4.6).
@frozen public enum FixedSite: UInt32, CaseIterable, Sendable, Hashable {
    /// Established or related: passes before policy. Accepts.
    case conntrackEstablished
    /// Invalid: dropped on an endpoint's chain.
    case conntrackInvalid
    /// UDP to the VXLAN port out of a pod. Drops.
    case encapsulationVXLAN
    /// Protocol 4 out of a pod. Drops.
    case encapsulationIPIP
    /// ICMPv6 housekeeping from a pod to its node. Accepts.
    case neighbourDiscovery
    /// defaultEndpointToHostAction Drop. Drops.
    case endpointToHostDrop
    /// defaultEndpointToHostAction Accept or Return. Accepts.
    case endpointToHostAccept
    /// A process of the node to a pod of the same node. Accepts.
    case hostToWorkload
    /// A pod interface without endpoint. Drops.
    case unknownInterface
    /// No endpoint of this node is involved: nothing is asked. Accepts.
    case notPoliced
    /// A service without backends: kube-proxy rejects. Drops.
    case serviceWithoutBackends
}

/// Whose rule it is.
public enum RuleOwner: Hashable, Sendable {
    case policy(PolicyName, tier: String)
    case profile(String)
}

/// What decided a packet at one endpoint: the identity on which all engines must agree.
public enum DecisionCause: Hashable, Sendable {
    case fixed(FixedSite)
    /// `index` counts the rules of the manifest's `ingress` or `egress` list from 0.
    case rule(RuleOwner, index: Int)
    /// No policy of the tier decided; `isolating` are its policies for this endpoint and direction, in order.
    case endOfTier(String, isolating: [PolicyName])
    /// No profile decided.
    case noProfile
    /// The endpoint lists a profile that does not exist.
    case missingProfile(String)
}

/// One acceptance or the one denial on a packet's way through a node.
public struct DecisionStep: Hashable, Sendable {
    public var verdict: Verdict
    /// `nil` where no endpoint policy was asked.
    public var direction: Direction?
    /// Index in `Topology.endpoints`; `nil` where no endpoint was asked.
    public var endpoint: Int?
    public var cause: DecisionCause

    public init(verdict: Verdict, direction: Direction?, endpoint: Int?, cause: DecisionCause) {
        self.verdict = verdict
        self.direction = direction
        self.endpoint = endpoint
        self.cause = cause
    }
}
