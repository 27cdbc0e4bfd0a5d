import NetworkTopology

/// What judging needs of a node's settings, without references.
struct FrozenNode: Sendable {
    /// `defaultEndpointToHostAction` Accept or Return.
    var admitsToHost: Bool
    var dropsInvalid: Bool
    var refusesIPIP: Bool
    /// -1: pods may send VXLAN.
    var refusedVXLANPort: Int32

    init(_ settings: NodeSettings) {
        admitsToHost = settings.endpointToHostAction != .drop
        dropsInvalid = settings.dropsInvalid
        refusesIPIP = settings.refusesIPIP
        refusedVXLANPort = settings.refusedVXLANPort.map { Int32($0) } ?? -1
    }
}
