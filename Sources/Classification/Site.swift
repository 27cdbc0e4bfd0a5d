
/// Number of a place where a verdict can be decided; counters are indexed by it.
@frozen public struct SiteID: Hashable, Comparable, Sendable {
    public let value: UInt32
    @inlinable public init(_ value: UInt32) { self.value = value }
    @inlinable public static func < (a: SiteID, b: SiteID) -> Bool { a.value < b.value }
}

/// Decisions that no policy rule makes (calico.md 4.3, 4.5, 4.6). The raw value is the `SiteID`.
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

    @inlinable public var id: SiteID { SiteID(rawValue) }
}

/// One place where a verdict can be decided, and what reports say about it.
public struct Site: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case fixed(FixedSite)
        /// `rule` is the index in the chain's rules.
        case rule(chain: ChainID, rule: Int)
        /// The end of a tier none of whose policies decided; `tier` is the index in the program's tiers.
        case endOfTier(program: ProgramID, tier: Int)
        /// No profile decided.
        case noProfile(program: ProgramID)
        /// A listed profile that does not exist.
        case missingProfile(chain: ChainID)
    }

    public var kind: Kind
    public init(kind: Kind) { self.kind = kind }
}
