public import Diagnostics
public import NetTypes

/// Settings of one node that decide verdicts (calico.md 1.8).
public struct NodeSettings: Sendable, Hashable {
    public enum EndpointToHostAction: String, Sendable, Hashable {
        case drop = "Drop"
        case accept = "Accept"
        case `return` = "Return"
    }

    public var endpointToHostAction: EndpointToHostAction
    /// Where it was set; `nil`: Felix's default.
    public var endpointToHostLocation: SourceLocation?
    /// False with disableConntrackInvalidCheck.
    public var dropsInvalid: Bool
    /// UDP destination port that pods may not send to; `nil` when allowed.
    public var refusedVXLANPort: UInt16?
    /// Protocol 4 from pods is dropped.
    public var refusesIPIP: Bool
    /// Policy denials reject instead of dropping.
    public var denyRejects: Bool
    /// Prefixes of pod interfaces; never empty.
    public var interfacePrefixes: [String]
    /// Ports that no policy of a host endpoint closes, towards the node and from it.
    public var failsafes: Failsafes
    public var tunnels: Tunnels
    /// Service ranges: a forwarded packet to them is dropped, since it found no service (calico.md 4.6).
    public var serviceLoopPrefixes: [IPPrefix]
    /// False with ipv6Support off: the node has no IPv6 tables, every IPv6 packet passes unjudged.
    public var policesIPv6: Bool
    /// Bits of the packet mark that policy may use (nftablesMarkMask); the lowest one stands for "accepted".
    public var markMask: UInt32

    public init(
        endpointToHostAction: EndpointToHostAction = .drop, endpointToHostLocation: SourceLocation? = nil,
        dropsInvalid: Bool = true, refusedVXLANPort: UInt16? = 4789, refusesIPIP: Bool = true,
        denyRejects: Bool = false, interfacePrefixes: [String] = ["cali"], failsafes: Failsafes = .default,
        tunnels: Tunnels = Tunnels(), serviceLoopPrefixes: [IPPrefix] = [], policesIPv6: Bool = true,
        markMask: UInt32 = 0xffff_0000
    ) {
        self.endpointToHostAction = endpointToHostAction
        self.endpointToHostLocation = endpointToHostLocation
        self.dropsInvalid = dropsInvalid
        self.refusedVXLANPort = refusedVXLANPort
        self.refusesIPIP = refusesIPIP
        self.denyRejects = denyRejects
        self.interfacePrefixes = interfacePrefixes
        self.failsafes = failsafes
        self.tunnels = tunnels
        self.serviceLoopPrefixes = serviceLoopPrefixes
        self.policesIPv6 = policesIPv6
        self.markMask = markMask
    }
}
