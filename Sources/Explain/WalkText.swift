public import Diagnostics
import NetTypes
public import PolicyIR

extension [WalkEvent] {
    /// The walk as indented lines: every rule tried, where it stands, and why it did or didn't match.
    public func lines(_ sources: SourceMap) -> [String] {
        map { event in
            switch event {
            case .endpoint(let name, let direction):
                return "\(direction.word) of \(name)"
            case .hostEndpoint(let name, let direction, let stage):
                return "\(stage == .normal ? "" : "\(stage.word) ")\(direction.word) of host endpoint \(name)"
            case .tier(let name, let policies):
                return "  tier \(name): " + policies.map(\.description).joined(separator: ", ")
            case .staged(let name, let policies):
                return "  tier \(name), staged, decides nothing: "
                    + policies.map(\.description).joined(separator: ", ")
            case .rule(let owner, let index, let action, let mismatches, let location):
                let name: String =
                    switch owner {
                    case .policy(let policy, _): policy.description
                    case .profile(let profile): "profile \(profile)"
                    }
                let place = location.isBuiltIn ? "" : " (\(sources.lineText(location)))"
                let result =
                    mismatches.isEmpty
                    ? "matches" : mismatches.map { "\($0.condition.rawValue): \($0.detail)" }.joined(separator: "; ")
                return "    \(name) rule \(index) \(action.word)\(place): \(result)"
            case .endOfTier(let name, let passes):
                return "  end of tier \(name): " + (passes ? "next tier" : "drop")
            case .profile(let name, let exists):
                return "  profile \(name)" + (exists ? "" : ": does not exist, denies")
            case .fixed(let site):
                return "  \(site.sentence)"
            case .noProfile:
                return "  no profile allows: drop"
            }
        }
    }
}

extension FixedSite {
    /// What the decision is, for the walk.
    var sentence: String {
        switch self {
        case .conntrackEstablished: "part of an accepted connection: accept"
        case .conntrackInvalid: "invalid for connection tracking: drop"
        case .encapsulationVXLAN: "VXLAN from a pod: drop"
        case .encapsulationIPIP: "IP-in-IP from a pod: drop"
        case .neighbourDiscovery: "ICMPv6 housekeeping from a pod to its node: accept"
        case .endpointToHostDrop: "pod to its own node, defaultEndpointToHostAction: drop"
        case .endpointToHostAccept: "pod to its own node, defaultEndpointToHostAction: accept"
        case .endpointToHostReturn: "pod to its own node, defaultEndpointToHostAction Return: goes on"
        case .hostToWorkload: "node to its own pod: accept"
        case .unknownInterface: "pod interface without endpoint: drop"
        case .notPoliced: "no endpoint involved: accept"
        case .failsafe: "failsafe port: accept"
        case .reversePath: "source address not behind the interface: drop"
        case .reversePathExempt: "source address that the pod was given: goes on"
        case .noForwardPolicy: "no policy applies on forward: accept"
        case .tunnelOfKnownHost: "tunnel between nodes: accept"
        case .tunnelOfUnknownHost: "tunnel from an address that is no node's: drop"
        case .serviceLoop: "to a service range, but to no service: drop"
        case .serviceWithoutBackends: "service without backends: kube-proxy rejects"
        }
    }
}
