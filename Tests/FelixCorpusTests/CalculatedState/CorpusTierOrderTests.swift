import Diagnostics
import NetTypes
import Selectors
import Testing

@testable import PolicyIR
@testable import Resources

/// Order of tiers: `tier_order` of the Felix corpus through the product's ordering.
struct CorpusTierOrderTests {
    @Test(.enabled(if: FelixCorpus.file("tier_order") != nil, FelixCorpus.absence))
    func tiers() throws {
        var report = CaseReport("tier_order")
        for (id, value) in try FelixCorpus.cases("tier_order", format: "tier-order/1") {
            report.check(id) {
                let object = try CaseObject(value, at: id, known: ["case", "origin", "input", "expect"])
                let input = try object.objects("input", known: ["name", "order", "exists"])
                let expected = try object.strings("expect")
                let found = try Self.order(input)
                return found == expected ? [] : ["\(found), not \(expected)"]
            }
        }
        report.finish()
    }

    /// The names in the product's order; the tiers that Calico creates itself are left out unless the case has them.
    private static func order(_ input: [CaseObject]) throws -> [String] {
        var tiers: [Tier] = []
        var policies: [(tier: String, policy: ResolvedPolicy)] = []
        var names: Set<String> = []
        for tier in input {
            let name = try tier.requiredString("name")
            names.insert(name)
            if try tier.bool("exists") == true {
                tiers.append(try Tier(calculatedAs: name, order: tier.number("order"), defaultAction: .deny))
            } else {
                policies.append((tier: name, policy: Self.policy(of: name)))
            }
        }
        return TierOrdering.order(tiers: tiers, policies: policies).map(\.name).filter(names.contains)
    }

    /// What makes a tier without object known.
    private static func policy(of tier: String) -> ResolvedPolicy {
        ResolvedPolicy(
            name: PolicyName(kind: .globalNetworkPolicy, namespace: nil, name: "policy"), order: nil, selector: .all,
            governsIngress: true, governsEgress: true, ingress: [], egress: [], location: .builtIn)
    }
}

extension Tier {
    /// A tier as the calculation has it. No order sorts after every number there; the API makes 1,000,000 of a
    /// resource without order before that (calico.md T14), so that only a table can hold such a tier.
    init(calculatedAs name: String, order: Double?, defaultAction: DefaultAction) {
        self.init(
            meta: ObjectMeta(name: name, namespace: nil, location: .builtIn), order: order ?? .infinity,
            defaultAction: defaultAction)
    }
}
