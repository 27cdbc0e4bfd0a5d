import Diagnostics
import NetTypes
import NetworkTopology
import Resources

/// FelixConfiguration → settings of each node: `node.NAME` lies over `default`, which lies over Felix's own defaults
/// (calico.md 1.8).
struct SettingsResolution {
    private let byName: [String: FelixConfiguration]
    private let pools: [IPPool]
    /// Of the BGPConfiguration named `default`: Felix reads service ranges from no other.
    private let servicePrefixes: [IPPrefix]

    init(_ snapshot: ClusterSnapshot) {
        byName = Dictionary(
            snapshot.felixConfigurations.map { ($0.meta.name, $0) }, uniquingKeysWith: { _, later in later })
        pools = snapshot.ipPools
        servicePrefixes = snapshot.bgpConfigurations.first { $0.meta.name == "default" }?.servicePrefixes ?? []
    }

    /// The value of the nearest configuration of the node that has one.
    private func value<Value>(_ field: KeyPath<FelixConfiguration, Value?>, node: String) -> Value? {
        ["node.\(node)", "default"].lazy.compactMap { byName[$0]?[keyPath: field] }.first
    }

    /// The first prefix of the interface names of the node's pods.
    func interfacePrefix(node: String) -> String {
        let configured = value(\.interfacePrefixes, node: node)?.first
        return configured ?? NodeSettings().interfacePrefixes[0]
    }

    func settings(node: String) -> NodeSettings {
        func value<Value>(_ field: KeyPath<FelixConfiguration, Value?>) -> Value? { self.value(field, node: node) }
        var settings = NodeSettings()
        if let action = value(\.defaultEndpointToHostAction) {
            settings.endpointToHostAction = Self.action(action.value)
            settings.endpointToHostLocation = action.location
        }
        if let disabled = value(\.disableConntrackInvalidCheck) { settings.dropsInvalid = !disabled }
        let vxlanPort = value(\.vxlanPort) ?? settings.refusedVXLANPort
        settings.refusedVXLANPort = value(\.allowVXLANPacketsFromWorkloads) == true ? nil : vxlanPort
        if let allowed = value(\.allowIPIPPacketsFromWorkloads) { settings.refusesIPIP = !allowed }
        if let reject = value(\.denyActionIsReject) { settings.denyRejects = reject }
        settings.failsafes = failsafes(
            inbound: value(\.failsafeInboundHostPorts), outbound: value(\.failsafeOutboundHostPorts))
        settings.tunnels = tunnels(vxlanPort: value(\.vxlanPort))
        if value(\.serviceLoopPrevention) != .disabled { settings.serviceLoopPrefixes = servicePrefixes }
        if let hasIPv6 = value(\.ipv6Support) { settings.policesIPv6 = hasIPv6 }
        if let mask = value(\.markMask) { settings.markMask = mask }
        if let prefixes = value(\.interfacePrefixes), !prefixes.isEmpty { settings.interfacePrefixes = prefixes }
        return settings
    }

    private func failsafes(
        inbound: [FelixConfiguration.FailsafePort]?, outbound: [FelixConfiguration.FailsafePort]?
    ) -> Failsafes {
        func ports(_ ports: [FelixConfiguration.FailsafePort]) -> [Failsafes.Port] {
            ports.map { Failsafes.Port(proto: $0.proto, port: $0.port, net: $0.net) }
        }
        return Failsafes(
            inbound: inbound.map(ports) ?? Failsafes.default.inbound,
            outbound: outbound.map(ports) ?? Failsafes.default.outbound)
    }

    /// A pool that encapsulates switches the rules of its tunnel on (calico.md 1.7).
    private func tunnels(vxlanPort: UInt16?) -> Tunnels {
        var tunnels = Tunnels()
        if let vxlanPort { tunnels.vxlanPort = vxlanPort }
        for pool in pools {
            tunnels.ipip = tunnels.ipip || (pool.usesIPIP && pool.cidr.family == .v4)
            tunnels.vxlan4 = tunnels.vxlan4 || (pool.usesVXLAN && pool.cidr.family == .v4)
            tunnels.vxlan6 = tunnels.vxlan6 || (pool.usesVXLAN && pool.cidr.family == .v6)
        }
        return tunnels
    }

    /// Whether an endpoint of the node may ask for source addresses that are not its own (calico.md 1.8).
    func allowsSourceSpoofing(node: String) -> Bool { value(\.workloadSourceSpoofingAllowed, node: node) == true }

    /// Where the node's allow action is set to Return, if that shows (`CalicoQuirk.returnedAllow`).
    func returnedAllow(node: String) -> SourceLocation? {
        guard let allow = value(\.allowActionIsReturn, node: node), allow.value,
            settings(node: node).endpointToHostAction == .drop
        else { return nil }
        return allow.location
    }

    private static func action(_ action: FelixConfiguration.EndpointToHostAction) -> NodeSettings.EndpointToHostAction {
        switch action {
        case .drop: .drop
        case .accept: .accept
        case .return: .return
        }
    }
}
