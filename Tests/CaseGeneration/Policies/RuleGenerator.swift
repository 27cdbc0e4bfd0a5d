import NetTypes

/// Rules of Calico policies and profiles: every field that is evaluated, in combinations that the API takes.
struct RuleGenerator {
    enum Container {
        case namespacedPolicy
        case globalPolicy
        case profile
    }

    let container: Container
    let entities: EntityGenerator

    init(_ vocabulary: Vocabulary, in container: Container) {
        self.container = container
        entities = EntityGenerator(vocabulary)
    }

    func rules(_ direction: Direction, _ dice: inout Dice) -> ManifestValue {
        let rules = dice.list(dice.chance(10) ? 0...0 : 1...4) { rule(direction, &$0) }
        return .list(dice.chance(20) ? rules + shadowed(by: rules, &dice) : rules)
    }

    /// Rules with the conditions of one before them, which takes all of their packets unless it logs alone.
    private func shadowed(by rules: [ManifestValue], _ dice: inout Dice) -> [ManifestValue] {
        dice.some(rules, 1...2).map { $0.setting("action", .text(dice.pick(["Allow", "Deny", "Pass"]))) }
    }

    private func rule(_ direction: Direction, _ dice: inout Dice) -> ManifestValue {
        let emphasis = entities.vocabulary.emphasis
        let proto = dice.maybe(emphasis.percent(55, .protocols)) { self.proto(&$0) }
        let family: IPFamily = dice.chance(65) ? .v4 : .v6
        let notProto = dice.maybe(emphasis.percent(12, .notProtocols)) { self.proto(&$0) }
        let hasPortProtocol = proto.map { ["TCP", "UDP", "SCTP", "6", "17", "132"].contains($0.text) } ?? false
        func context(isDestination: Bool) -> EntityGenerator.Context {
            EntityGenerator.Context(
                family: family, allowsNumbers: hasPortProtocol, allowsPorts: hasPortProtocol || proto == nil,
                allowsServices: isDestination == (direction == .egress), isDestination: isDestination,
                needsServiceNamespace: container != .namespacedPolicy)
        }
        let impliesFamily = [proto, notProto].contains { $0?.text.hasPrefix("ICMP") == true }
        let isICMP = proto.map { ["ICMP", "ICMPv6", "1", "58"].contains($0.text) } ?? false
        let source = entities.entity(context(isDestination: false), &dice)
        let destination = entities.entity(context(isDestination: true), &dice)
        // A rule for every packet hides those behind it, where it decides.
        let isBroad = proto == nil && [source, destination].allSatisfy { $0 == nil || $0 == .object([:]) }
        let decides = isBroad ? 1 : 5
        return .object([
            "action": .text(
                dice.weighted([(3 * decides, "Allow"), (2 * decides, "Deny"), (5, "Pass"), (3, "Log")])),
            "ipVersion": impliesFamily ? nil : dice.maybe(10) { _ in .number(family.rawValue) },
            "protocol": proto?.value, "notProtocol": notProto?.value,
            "icmp": dice.maybe(isICMP ? 70 : 0) { Self.icmp(&$0) },
            "notICMP": dice.maybe(emphasis.percent(6, .icmp)) { Self.icmp(&$0) },
            "source": source, "destination": destination,
            "metadata": dice.maybe(3) { _ in .object(["annotations": .labels([("why", "because: of #2")])]) },
        ])
    }

    // MARK: Protocols

    private struct WrittenProtocol {
        var text: String
        var value: ManifestValue
    }

    /// A name, or a number with or without quotes.
    private func proto(_ dice: inout Dice) -> WrittenProtocol {
        let icmpWeight = entities.vocabulary.emphasis.percent(3, .icmp)
        let text: String = dice.weighted([
            (8, "TCP"), (6, "UDP"), (icmpWeight, "ICMP"), (icmpWeight, "ICMPv6"), (3, "SCTP"), (1, "UDPLite"), (1, "6"),
            (1, "17"),
            (1, "132"), (1, "1"), (1, "58"), (1, "4"), (1, "47"), (1, "136"), (1, "\(dice.number(1...255))"),
        ])
        let isNumber = UInt8(text) != nil
        return WrittenProtocol(text: text, value: isNumber && dice.chance(80) ? .plain(text) : .text(text))
    }

    /// Without type it is no condition (calico.md 3.1).
    private static func icmp(_ dice: inout Dice) -> ManifestValue {
        guard dice.chance(92) else { return .object([:]) }
        let type = dice.pick([0, 0, 3, 8, 128, 129, 133, 135, 136, 254, dice.number(0...254)])
        return .object([
            "type": .number(type), "code": dice.maybe(55) { .number($0.pick([0, 1, 3, 255])) },
        ])
    }
}
