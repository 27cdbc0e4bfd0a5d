import NetTypes

/// How Felix splits one rule into nftables rules for one IP version (calico.md 5.6; felix/rules/policy.go
/// ProtoRuleToIptablesRules).
struct MatchBlocks {
    /// What a positive block stands for, in Felix's order.
    enum Block: String, CaseIterable {
        case sourcePorts = "source.ports"
        case destinationPorts = "destination.ports"
        case sourceNets = "source.nets"
        case destinationNets = "destination.nets"
    }

    /// In order.
    let positive: [Block]

    /// Blocks that pass any packet once the second one has matched (T31).
    var ignored: [Block] { Array(positive.dropFirst(2)) }

    /// `rule` must exist for `family`.
    init(_ rule: PolicyRule, _ family: IPFamily) {
        positive = Block.allCases.filter { block in
            switch block {
            case .sourcePorts: Self.portGroups(rule.source) > 1
            case .destinationPorts: Self.portGroups(rule.destination) > 1
            case .sourceNets: rule.source.nets.count { $0.family == family } > 1
            case .destinationNets: rule.destination.nets.count { $0.family == family } > 1
            }
        }
    }

    private static let slotsOfGroup = 15

    /// Numeric ports go into groups of 15 slots as they are written, a range takes two; each named port is a group.
    static func portGroups(_ entity: EntityMatch) -> Int {
        var groups = entity.ports.isEmpty ? 0 : 1
        var free = slotsOfGroup
        for range in entity.ports {
            let needed = range.first == range.last ? 1 : 2
            if free < needed {
                groups += 1
                free = slotsOfGroup
            }
            free -= needed
        }
        return groups + entity.namedPorts.count
    }
}
