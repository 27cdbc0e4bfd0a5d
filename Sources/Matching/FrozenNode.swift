import Classification
import NetTypes
import NetworkTopology

/// What judging needs of a node's settings.
struct FrozenNode: Sendable {
    /// `defaultEndpointToHostAction`.
    var endpointToHost: NodeSettings.EndpointToHostAction
    var dropsInvalid: Bool
    var policesIPv6: Bool
    var refusesIPIP: Bool
    /// -1: pods may send VXLAN.
    var refusedVXLANPort: Int32
    var failsafes: Failsafes
    var tunnels: Tunnels
    var knownHosts: Set<IPAddress>
    var serviceLoopPrefixes: [IPPrefix]
    var hosts: HostBinding
    /// The host endpoint whose preDNAT policy an interface meets, where its own has none.
    var preDNATWildcard: HostEndpointIndex?
    /// Nothing but workload endpoints judges here.
    var isPlain: Bool

    init(
        _ settings: NodeSettings, _ hosts: HostBinding, _ programs: [HostEndpointPrograms], knownHosts: Set<IPAddress>
    ) {
        endpointToHost = settings.endpointToHostAction
        dropsInvalid = settings.dropsInvalid
        policesIPv6 = settings.policesIPv6
        refusesIPIP = settings.refusesIPIP
        refusedVXLANPort = settings.refusedVXLANPort.map { Int32($0) } ?? -1
        failsafes = settings.failsafes
        tunnels = settings.tunnels
        serviceLoopPrefixes = settings.serviceLoopPrefixes
        self.knownHosts = knownHosts
        self.hosts = hosts
        preDNATWildcard = hosts.wildcard.flatMap { programs[$0.value].preDNAT == nil ? nil : $0 }
        isPlain = hosts.isEmpty && tunnels == Tunnels(vxlanPort: tunnels.vxlanPort) && serviceLoopPrefixes.isEmpty
    }
}
