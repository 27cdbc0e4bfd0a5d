public import NetTypes

/// Calico FelixConfiguration: the settings of calico.md 1.8 that change a verdict. Absent fields are `nil`, so that a
/// node's own configuration can lie over the default one.
public struct FelixConfiguration: Sendable {
    public enum EndpointToHostAction: String, Sendable, Hashable {
        case drop = "Drop"
        case accept = "Accept"
        case `return` = "Return"
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
    public var interfacePrefixes: [String]?
    public var disableConntrackInvalidCheck: Bool?
    public var vxlanPort: UInt16?
    public var allowVXLANPacketsFromWorkloads: Bool?
    public var allowIPIPPacketsFromWorkloads: Bool?
    public var ipv6Support: Bool?
    public var workloadSourceSpoofingAllowed: Bool?

    public init(meta: ObjectMeta) { self.meta = meta }
}
