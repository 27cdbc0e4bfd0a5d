import NetTypes

/// `source` and `destination` of Calico rules.
struct EntityGenerator {
    /// What the rule as a whole allows its ends.
    struct Context {
        /// Nets of a rule must be of one family.
        var family: IPFamily
        /// Without a port protocol only names may stand among ports; with another protocol no port at all.
        var allowsNumbers: Bool
        var allowsPorts: Bool
        /// Services stand in the destination of egress and the source of ingress alone.
        var allowsServices: Bool
        var isDestination: Bool
        /// Global policies must say in which namespace a service is.
        var needsServiceNamespace: Bool
    }

    let vocabulary: Vocabulary
    let selectors: SelectorGenerator

    init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        selectors = SelectorGenerator(vocabulary: vocabulary)
    }

    /// `nil`: the rule says nothing about this end.
    func entity(_ context: Context, _ dice: inout Dice) -> ManifestValue? {
        let emphasis = vocabulary.emphasis
        if context.allowsServices, dice.chance(emphasis.percent(16, .services)),
            let service = dice.pickIfAny(vocabulary.services)
        {
            return self.service(service, context, &dice)
        }
        guard dice.chance(75) else { return dice.maybe(10) { _ in .object([:]) } }
        if context.allowsPorts, context.allowsNumbers, dice.chance(emphasis.percent(8, .notPorts)) {
            return exceptedPorts(&dice)
        }
        return .object([
            "nets": dice.maybe(emphasis.percent(20, .nets)) { nets(context.family, isNegated: false, &$0) },
            "notNets": dice.maybe(emphasis.percent(9, .notNets)) { nets(context.family, isNegated: true, &$0) },
            "selector": dice.maybe(emphasis.percent(22, .selectors)) { .text(selectors.text(.endpoints, &$0)) },
            "notSelector": dice.maybe(emphasis.percent(8, .notSelectors)) {
                .text(selectors.text(.endpoints, &$0, allowsGlobal: true))
            },
            "namespaceSelector": dice.maybe(emphasis.percent(12, .namespaceSelectors)) { dice in
                .text(dice.weighted([(2, "global()"), (2, "all()"), (6, selectors.text(.namespaces, &dice))]))
            },
            "serviceAccounts": dice.maybe(emphasis.percent(8, .accounts)) { accounts(&$0) },
            "ports": dice.maybe(context.allowsPorts ? emphasis.percent(30, .ports) : 0) { ports(context, &$0) },
            "notPorts": dice.maybe(context.allowsPorts ? emphasis.percent(9, .notPorts) : 0) { ports(context, &$0) },
        ])
    }

    // MARK: Nets

    private func nets(_ family: IPFamily, isNegated: Bool, _ dice: inout Dice) -> ManifestValue {
        // Negated catch-alls are refused.
        let blocks = vocabulary.blocks(of: family).filter { !isNegated || $0.length > 0 }
        let texts = dice.some(Array(Set(blocks)).sorted(), 1...4).map { block in
            dice.chance(5) ? Self.mapped(block) : "\(block)"
        }
        return .texts(texts)
    }

    /// An IPv4 block as IPv6 text, which means the same.
    private static func mapped(_ block: IPPrefix) -> String {
        block.family == .v4 ? "::ffff:\(block.address)/\(block.length + 96)" : "\(block)"
    }

    // MARK: Accounts and services

    private func accounts(_ dice: inout Dice) -> ManifestValue {
        .object([
            "names": dice.maybe(60) { .texts($0.some(Words.accounts, 0...2)) },
            "selector": dice.maybe(50) { .text(selectors.text(.accounts, &$0, allowsGlobal: true)) },
        ])
    }

    private func service(_ service: Vocabulary.Service, _ context: Context, _ dice: inout Dice) -> ManifestValue {
        let namesIt = context.needsServiceNamespace || dice.chance(60)
        return .object([
            "services": .object([
                "name": .text(service.name), "namespace": namesIt ? .text(service.namespace) : nil,
            ]),
            "ports": context.allowsPorts && !context.isDestination ? dice.maybe(20) { ports(context, &$0) } : nil,
        ])
    }

    // MARK: Ports

    /// Numbers, ranges and names; now and then as many as a rule may have.
    private func ports(_ context: Context, _ dice: inout Dice) -> ManifestValue {
        guard context.allowsNumbers else { return .texts(dice.some(Words.rulePortNames, 1...2)) }
        let isLong = dice.chance(6)
        return .list(dice.list(isLong ? 20...50 : 1...4) { port(&$0) })
    }

    /// A range and exceptions that cut its ends, its middle, or nothing.
    private func exceptedPorts(_ dice: inout Dice) -> ManifestValue {
        let ends = dice.list(4...4) { $0.pick(Words.ports) }.sorted()
        let (first, second): (Int, Int) = dice.pick([(0, 1), (0, 2), (1, 2), (0, 3)])
        let others = [0, 1, 2, 3].filter { $0 != first && $0 != second }
        return .object([
            "ports": .list([.text("\(ends[first]):\(ends[second])")]),
            "notPorts": .list([.text("\(ends[others[0]]):\(ends[others[1]])")]),
        ])
    }

    private func port(_ dice: inout Dice) -> ManifestValue {
        if dice.chance(vocabulary.emphasis.percent(25, .namedPorts)) { return .text(dice.pick(Words.rulePortNames)) }
        switch dice.number(0...7) {
        case 0...4: return .number(dice.pick(Words.ports))
        case 5...6:
            let ends = [dice.pick(Words.ports), dice.pick(Words.ports)].sorted()
            return .text("\(ends[0]):\(ends[1])")
        default: return .number(UInt16(dice.number(1...65_535)))
        }
    }
}
