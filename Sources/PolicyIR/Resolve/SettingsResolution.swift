import Diagnostics
import NetTypes
import NetworkTopology
import Resources

/// FelixConfiguration → settings of each node: `node.NAME` lies over `default`, which lies over Felix's own defaults
/// (calico.md 1.8).
struct SettingsResolution {
    private let byName: [String: FelixConfiguration]

    init(_ configurations: [FelixConfiguration]) {
        byName = Dictionary(configurations.map { ($0.meta.name, $0) }, uniquingKeysWith: { _, later in later })
    }

    func settings(node: String) -> NodeSettings {
        let layers = ["node.\(node)", "default"].compactMap { byName[$0] }
        /// The value of the nearest configuration that has one.
        func value<Value>(_ field: KeyPath<FelixConfiguration, Value?>) -> Value? {
            layers.lazy.compactMap { $0[keyPath: field] }.first
        }
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
        if let prefixes = value(\.interfacePrefixes), !prefixes.isEmpty { settings.interfacePrefixes = prefixes }
        return settings
    }

    /// Whether an endpoint of the node may ask for source addresses that are not its own (calico.md 1.8).
    func allowsSourceSpoofing(node: String) -> Bool {
        (byName["node.\(node)"]?.workloadSourceSpoofingAllowed ?? byName["default"]?.workloadSourceSpoofingAllowed)
            == true
    }

    private static func action(_ action: FelixConfiguration.EndpointToHostAction) -> NodeSettings.EndpointToHostAction {
        switch action {
        case .drop: .drop
        case .accept: .accept
        case .return: .return
        }
    }
}
