public import NetTypes

/// Calico FelixConfiguration: the settings of calico.md 1.8 that change a verdict. Absent fields are `nil`, so that a
/// node's own configuration can lie over the default one.
public struct FelixConfiguration: Sendable {
    public enum EndpointToHostAction: String, Sendable, Hashable {
        case drop = "Drop"
        case accept = "Accept"
        case `return` = "Return"
    }

    /// What becomes of forwarded packets to a service range that no service translated.
    public enum ServiceLoopPrevention: String, Sendable, Hashable {
        case drop = "Drop"
        case reject = "Reject"
        case disabled = "Disabled"
    }

    public struct FailsafePort: Hashable, Sendable {
        public var proto: IPProtocol
        public var port: UInt16
        /// The remote side; `nil` is any address.
        public var net: IPPrefix?
        public init(proto: IPProtocol, port: UInt16, net: IPPrefix?) {
            self.proto = proto
            self.port = port
            self.net = net
        }
    }

    public var meta: ObjectMeta
    public var defaultEndpointToHostAction: Located<EndpointToHostAction>?
    public var failsafeInboundHostPorts: [FailsafePort]?
    public var failsafeOutboundHostPorts: [FailsafePort]?
    public var denyActionIsReject: Bool?
    /// `nftablesFilterAllowAction` is Return: the same as Accept, but for a fault of Felix (calico.md 1.8).
    public var allowActionIsReturn: Located<Bool>?
    public var interfacePrefixes: [String]?
    /// Never 0.
    public var markMask: UInt32?
    public var disableConntrackInvalidCheck: Bool?
    public var vxlanPort: UInt16?
    public var allowVXLANPacketsFromWorkloads: Bool?
    public var allowIPIPPacketsFromWorkloads: Bool?
    public var ipv6Support: Bool?
    public var workloadSourceSpoofingAllowed: Bool?
    public var serviceLoopPrevention: ServiceLoopPrevention?

    public init(meta: ObjectMeta) { self.meta = meta }
}
