import NetTypes

extension ProbeStep {
    /// A decision in the words of the format; `nil` for what it does not list: nothing was asked there.
    init?(_ step: DecisionStep) {
        let isEarly = step.stage == .untracked || step.stage == .preDNAT
        self.init(by: "")
        switch step.cause {
        case .rule(.policy(let name, _), _):
            by = "policy"
            policy = name.description
            direction = step.direction?.word
        case .rule(.profile(let name), _), .missingProfile(let name):
            by = "profile"
            profile = name
            direction = step.direction?.word
        case .endOfTier(let name, _):
            by = "tierEnd"
            tier = name
        case .noProfile: by = "noProfile"
        case .fixed(let site):
            guard let word = ProbeStep.word(of: site) else { return nil }
            by = word
        }
        stage = isEarly ? step.stage.word : nil
    }

    private init(by: String) { self.init(by: by, policy: nil, tier: nil, profile: nil, direction: nil, stage: nil) }

    private static func word(of site: FixedSite) -> String? {
        switch site {
        case .conntrackEstablished: "conntrack"
        case .conntrackInvalid: "conntrackInvalid"
        case .encapsulationVXLAN, .encapsulationIPIP: "encapsulation"
        case .neighbourDiscovery: "neighbourDiscovery"
        case .endpointToHostDrop, .endpointToHostAccept: "defaultEndpointToHostAction"
        case .unknownInterface: "unknownInterface"
        case .failsafe: "failsafe"
        case .reversePath, .reversePathExempt: "reversePath"
        case .noForwardPolicy: "noForwardPolicy"
        case .tunnelOfKnownHost, .tunnelOfUnknownHost, .serviceLoop, .serviceWithoutBackends: "other"
        case .endpointToHostReturn, .hostToWorkload, .notPoliced: nil
        }
    }
}
