import Diagnostics
import NetworkTopology

/// What a node does with accepted packets of its pods to itself, and where that is written.
struct HostAction: Hashable {
    var action: NodeSettings.EndpointToHostAction
    var location: SourceLocation?

    init(_ settings: NodeSettings) {
        action = settings.endpointToHostAction
        location = settings.endpointToHostLocation
    }
}
