import Classification
import NetTypes

/// Turns the programs of a verified tree into `FrozenRules` of one family. Rules that do not exist in that family, or
/// that ask for membership in a set without members there, can never match and are left out.
struct RuleFreezer<Key: MemberKey> {
    private let tree: MatchTree
    private let family: IPFamily
    private let sets: FrozenSets<Key>
    private var result = FrozenRules()
    private var templates: [[FrozenRule]] = []

    static func freeze(_ tree: MatchTree, family: IPFamily, sets: FrozenSets<Key>) -> FrozenRules {
        var freezer = RuleFreezer(tree: tree, family: family, sets: sets)
        freezer.templates = tree.chains.map { freezer.template(of: $0) }
        for program in tree.programs { freezer.append(program) }
        return freezer.result
    }

    private init(tree: MatchTree, family: IPFamily, sets: FrozenSets<Key>) {
        self.tree = tree
        self.family = family
        self.sets = sets
    }

    /// The rules of a chain with their conditions laid down; `next` is filled in per program.
    private mutating func template(of chain: RuleChain) -> [FrozenRule] {
        chain.rules.compactMap { rule in
            guard rule.match.families.contains(family), let conditions = conditions(of: rule.match) else { return nil }
            let first = result.conditions.count
            result.conditions += conditions
            return FrozenRule(
                action: action(rule.action), conditionCount: UInt16(conditions.count), firstCondition: UInt32(first),
                next: 0, site: rule.site.value)
        }
    }

    private func action(_ action: RuleAction) -> FrozenRule.Action {
        switch action {
        case .allow: .accept
        case .deny: .drop
        case .pass: .jump
        case .log: .log
        }
    }

    private mutating func append(_ program: Program) {
        let start = result.rules.count
        result.starts.append(UInt32(start))
        for tier in program.tiers {
            appendBlock(tier.chains, endingWith: tier.endOfTierDrop)
        }
        for profile in program.profiles {
            appendBlock([profile], endingWith: nil)
        }
        switch program.end {
        case .drop(let site): appendEnd(.drop, site: site.value)
        case .accept(let site): appendEnd(.accept, site: site.value)
        case .undecided: appendEnd(.leave, site: 0)
        }
        result.logs.append(result.rules[start...].contains { $0.action == .log })
    }

    /// A tier or profile: Pass leaves it.
    private mutating func appendBlock(_ chains: [ChainID], endingWith drop: SiteID?) {
        let start = result.rules.count
        for chain in chains { result.rules += templates[chain.value] }
        if let drop { appendEnd(.drop, site: drop.value) }
        let end = UInt32(result.rules.count)
        for index in start..<result.rules.count where result.rules[index].action == .jump {
            result.rules[index].next = end
        }
    }

    private mutating func appendEnd(_ action: FrozenRule.Action, site: UInt32) {
        result.rules.append(FrozenRule(action: action, conditionCount: 0, firstCondition: 0, next: 0, site: site))
    }

    /// `nil` when no packet of this family can fulfil them.
    private mutating func conditions(of match: RuleMatch) -> [Condition]? {
        guard !match.protocols.isEmpty else { return nil }
        var list: [Condition] = []
        if !match.protocols.isAll { list.append(protocolCondition(match.protocols)) }
        if let icmp = match.icmp { list.append(Condition(.icmpIs, .destination, operand(icmp))) }
        if let icmp = match.notICMP { list.append(Condition(.icmpIsNot, .destination, operand(icmp))) }
        let sides: [(SideMatch, Condition.Side)] = [(match.destination, .destination), (match.source, .source)]
        for (side, name) in sides {
            if let ports = side.ports { list.append(portCondition(ports, name, negated: false)) }
            if let ports = side.notPorts { list.append(portCondition(ports, name, negated: true)) }
        }
        for (side, name) in sides {
            for set in side.tripleSets {
                guard !sets.isEmpty(set) else { return nil }
                list.append(Condition(.tripleIn, name, UInt32(set.value)))
            }
            for set in side.inSets {
                guard !sets.isEmpty(set) else { return nil }
                list.append(Condition(.addressIn, name, UInt32(set.value)))
            }
            for set in side.notInSets where !sets.isEmpty(set) {
                list.append(Condition(.addressNotIn, name, UInt32(set.value)))
            }
        }
        return list
    }

    private mutating func protocolCondition(_ protocols: ProtocolSet) -> Condition {
        if protocols.count == 1, let only = protocols.members.first {
            return Condition(.protocolIs, .destination, UInt32(only.rawValue))
        }
        result.protocolSets.append(protocols)
        return Condition(.protocolIn, .destination, UInt32(result.protocolSets.count - 1))
    }

    private func operand(_ icmp: ICMPMatch) -> UInt32 {
        UInt32(icmp.type) | (icmp.code.map { UInt32($0) << 8 | 1 << 16 } ?? 0)
    }

    private mutating func portCondition(_ ports: PortMatch, _ side: Condition.Side, negated: Bool) -> Condition {
        if ports.namedSets.isEmpty, ports.ranges.count == 1, let range = ports.ranges.first {
            return Condition(
                negated ? .portNotIn : .portIn, side, UInt32(range.first) << 16 | UInt32(range.last))
        }
        result.portLists.append(
            PortList(
                firstRange: UInt32(result.portRanges.count), rangeCount: UInt32(ports.ranges.count),
                firstSet: UInt32(result.portSets.count), setCount: UInt32(ports.namedSets.count)))
        result.portRanges += ports.ranges
        result.portSets += ports.namedSets.map { UInt32($0.value) }
        return Condition(negated ? .portNotListed : .portListed, side, UInt32(result.portLists.count - 1))
    }
}
