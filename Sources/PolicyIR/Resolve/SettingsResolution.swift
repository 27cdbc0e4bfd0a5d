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
        var settings = NodeSettings()
        for name in ["default", "node.\(node)"] {
            guard let configuration = byName[name] else { continue }
            apply(configuration, to: &settings)
        }
        return settings
    }

    private func apply(_ configuration: FelixConfiguration, to settings: inout NodeSettings) {
        if let action = configuration.defaultEndpointToHostAction {
            settings.endpointToHostAction =
                switch action.value {
                case .drop: .drop
                case .accept: .accept
                case .return: .return
                }
            settings.endpointToHostLocation = action.location
        }
        if let disabled = configuration.disableConntrackInvalidCheck { settings.dropsInvalid = !disabled }
        let port = configuration.vxlanPort ?? settings.refusedVXLANPort
        if let allowed = configuration.allowVXLANPacketsFromWorkloads {
            settings.refusedVXLANPort = allowed ? nil : port ?? 4789
        } else if settings.refusedVXLANPort != nil {
            settings.refusedVXLANPort = port
        }
        if let allowed = configuration.allowIPIPPacketsFromWorkloads { settings.refusesIPIP = !allowed }
        if let reject = configuration.denyActionIsReject { settings.denyRejects = reject }
        if let prefixes = configuration.interfacePrefixes, !prefixes.isEmpty { settings.interfacePrefixes = prefixes }
    }
}
