import NetTypes
import PolicyIR

/// What the reference evaluator tells of a packet's way, in the corpus' words.
struct PacketTrace {
    /// Actions of the rules that matched, and `deny` at the end of a tier or of the profiles.
    private(set) var actions: [String] = []
    /// The same with `pass` at the end of tiers that pass on, which not every table tells.
    private(set) var actionsWithPasses: [String] = []
    /// Ids of those places that have one.
    private(set) var ruleIDs: [Double] = []

    init(_ walk: [WalkEvent], _ cluster: PacketCluster, noProfileMatchID: Double?) {
        for event in walk {
            switch event {
            case .rule(let owner, let index, let action, let mismatches, _) where mismatches.isEmpty:
                add(action.word.lowercased(), action == .log ? nil : Self.ruleID(owner, index, cluster))
            case .endOfTier(let tier, passes: false): add("deny", cluster.endRuleIDs[tier])
            case .endOfTier(let tier, passes: true):
                actionsWithPasses.append("pass")
                ruleIDs += cluster.endRuleIDs[tier].map { [$0] } ?? []
            case .noProfile: add("deny", noProfileMatchID)
            case .rule, .endpoint, .hostEndpoint, .tier, .staged, .profile, .fixed: break
            }
        }
    }

    private mutating func add(_ action: String, _ id: Double?) {
        actions.append(action)
        actionsWithPasses.append(action)
        ruleIDs += id.map { [$0] } ?? []
    }

    private static func ruleID(_ owner: RuleOwner, _ index: Int, _ cluster: PacketCluster) -> Double? {
        let name =
            switch owner {
            case .policy(let policy, _): policy.name
            case .profile(let profile): profile
            }
        guard let rules = cluster.policies[name]?.rules, rules.indices.contains(index) else { return nil }
        return rules[index].id
    }

    /// What differs from what a packet's trace must show.
    func differences(_ packet: CasePacket) -> [String] {
        var differences: [String] = []
        if let expected = packet.expectedTrace, expected != actions, expected != actionsWithPasses {
            differences.append("\(packet.key): trace \(actions), not \(expected)")
        }
        if let expected = packet.expectedRuleIDs, expected != ruleIDs {
            differences.append("\(packet.key): rule ids \(ruleIDs), not \(expected)")
        }
        return differences
    }
}
