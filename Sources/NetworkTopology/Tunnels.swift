public import NetTypes

/// Tunnels that pools of the cluster switch on between nodes (calico.md 4.6).
public struct Tunnels: Sendable, Hashable {
    /// Some pool encapsulates in IP-in-IP (IPv4 only).
    public var ipip: Bool
    /// Some IPv4 pool encapsulates in VXLAN.
    public var vxlan4: Bool
    public var vxlan6: Bool
    /// UDP port of VXLAN.
    public var vxlanPort: UInt16

    public init(ipip: Bool = false, vxlan4: Bool = false, vxlan6: Bool = false, vxlanPort: UInt16 = 4789) {
        self.ipip = ipip
        self.vxlan4 = vxlan4
        self.vxlan6 = vxlan6
        self.vxlanPort = vxlanPort
    }

    /// Whether a packet to or from the node itself belongs to a tunnel that is on.
    public func carries(_ key: FlowKey) -> Bool {
        (ipip && key.family == .v4 && key.proto == .ipip) || isUntracked(key)
    }

    /// VXLAN is kept out of connection tracking where it is on.
    public func isUntracked(_ key: FlowKey) -> Bool {
        (key.family == .v4 ? vxlan4 : vxlan6) && key.proto == .udp && key.transport == .ports
            && key.destinationPort == vxlanPort
    }
}
