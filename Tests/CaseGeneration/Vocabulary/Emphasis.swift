/// How often the rules of one cluster use each condition: hardly, as usual, or much more.
///
/// A cluster whose rules are about few things has more packets that these things decide than one where everything
/// stands beside everything.
struct Emphasis {
    enum Feature: CaseIterable {
        case nets
        case notNets
        case selectors
        case notSelectors
        case namespaceSelectors
        case accounts
        case services
        case ports
        case namedPorts
        case notPorts
        case protocols
        case notProtocols
        case icmp
    }

    private var factors: [Feature: Double] = [:]

    init(_ dice: inout Dice) {
        for feature in Feature.allCases { factors[feature] = dice.pick([0.2, 1, 1, 1, 2.5]) }
    }

    /// A percentage, raised or lowered.
    func percent(_ usual: Int, _ feature: Feature) -> Int { min(95, Int(Double(usual) * (factors[feature] ?? 1))) }
}
