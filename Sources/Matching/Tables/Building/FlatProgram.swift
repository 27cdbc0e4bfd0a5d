import Classification
import NetTypes

/// A program's rules in order, of one family: tiers and profiles are blocks, which Pass leaves.
struct FlatProgram {
    struct Step {
        var rule: TableRule
        var block: Int
    }

    private(set) var steps: [Step] = []

    init<Number>(_ program: Program, _ templates: inout RuleTemplates<Number>) {
        var block = 0
        for tier in program.tiers {
            for chain in tier.chains { append(templates.rules(of: chain), block) }
            if let drop = tier.endOfTierDrop { appendEnd(.deny, drop, block, &templates) }
            block += 1
        }
        for profile in program.profiles {
            append(templates.rules(of: profile), block)
            block += 1
        }
        switch program.end {
        case .drop(let site): appendEnd(.deny, site, block, &templates)
        case .accept(let site): appendEnd(.allow, site, block, &templates)
        case .undecided: break
        }
    }

    /// The atoms that it asks of its own end's address; ascending.
    func ownAtoms<Number>(_ templates: RuleTemplates<Number>, _ direction: Direction) -> [UInt32] {
        var atoms: Set<UInt32> = []
        for step in steps {
            atoms.formUnion(step.rule.ownIn)
            atoms.formUnion(step.rule.ownNotIn)
            guard let index = step.rule.named else { continue }
            let named = templates.named[index]
            for triples in direction == .ingress ? named.destinationTriples : named.sourceTriples {
                atoms.formUnion(templates.atoms.triples[triples].map(\.atom))
            }
        }
        return atoms.sorted()
    }

    private mutating func append(_ rules: [TableRule], _ block: Int) {
        for rule in rules { steps.append(Step(rule: rule, block: block)) }
    }

    private mutating func appendEnd<Number>(
        _ action: RuleAction, _ site: SiteID, _ block: Int, _ templates: inout RuleTemplates<Number>
    ) {
        let rule = TableRule(
            action: action, site: site.value, services: templates.intern(.all), isUncertain: false, ownIn: [],
            ownNotIn: [], peerIn: [], peerNotIn: [], named: nil)
        steps.append(Step(rule: rule, block: block))
    }
}

extension NamedCondition {
    var destinationTriples: [Triples] { (ports?.sets ?? []) + notPorts + all }
    var sourceTriples: [Triples] { sourceAny.flatMap { $0 } + sourceNone }
}
