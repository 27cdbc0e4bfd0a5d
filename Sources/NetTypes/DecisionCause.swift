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
    /// defaultEndpointToHostAction Accept. Accepts.
    case endpointToHostAccept
    /// A process of the node to a pod of the same node. Accepts.
    case hostToWorkload
    /// A pod interface without endpoint. Drops.
    case unknownInterface
    /// No endpoint of this node is involved: nothing is asked. Accepts.
    case notPoliced
    /// A service without backends: kube-proxy rejects. Drops.
    case serviceWithoutBackends
    /// A failsafe port of a host endpoint. Accepts.
    case failsafe
    /// A source address that is not behind the pod's interface. Drops.
    case reversePath
    /// A source address that the pod may use although it is not its own (allowedSourcePrefixes). Accepts.
    case reversePathExempt
    /// A host endpoint without policy that applies on forward. Accepts.
    case noForwardPolicy
    /// Tunnel traffic between the node and another node of the cluster. Accepts.
    case tunnelOfKnownHost
    /// Tunnel traffic to the node from an address that is no node's. Drops.
    case tunnelOfUnknownHost
    /// A forwarded packet to a service range of the cluster that nothing translated (serviceLoopPrevention). Drops.
    case serviceLoop
    /// defaultEndpointToHostAction Return: Calico says nothing, the packet goes on. Accepts.
    case endpointToHostReturn
}

/// The four kinds of policy by the hook at which they are judged, in the order of a packet's way (calico.md 4.4). Only
/// host endpoints have more than `normal`.
@frozen public enum PolicyStage: UInt8, CaseIterable, Sendable, Hashable {
    /// doNotTrack policy: raw, before connection tracking.
    case untracked
    /// preDNAT policy: mangle PREROUTING, before destination translation.
    case preDNAT
    /// What a node receives or sends itself, and all policy of workload endpoints.
    case normal
    /// applyOnForward policy of a host endpoint on packets that pass the node.
    case forward

    public var word: String {
        switch self {
        case .untracked: "untracked"
        case .preDNAT: "preDNAT"
        case .normal: "normal"
        case .forward: "forward"
        }
    }
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
    /// Index in `Topology.endpoints`; `nil` where no workload endpoint was asked.
    public var endpoint: Int?
    /// Index in `Topology.hostEndpoints`; `nil` where no host endpoint was asked.
    public var hostEndpoint: Int?
    /// The kind of policy that was asked; `.normal` at workload endpoints.
    public var stage: PolicyStage
    public var cause: DecisionCause

    public init(
        verdict: Verdict, direction: Direction?, endpoint: Int?, hostEndpoint: Int? = nil,
        stage: PolicyStage = .normal, cause: DecisionCause
    ) {
        self.verdict = verdict
        self.direction = direction
        self.endpoint = endpoint
        self.hostEndpoint = hostEndpoint
        self.stage = stage
        self.cause = cause
    }
}
