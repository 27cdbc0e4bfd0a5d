import Diagnostics
import NetTypes
import Selectors

@testable import Resources

/// The tier that Calico puts in front of its packet cases: 250 policies of 50 rules that match nothing, and one rule in
/// the end that passes on.
enum PassTier {
    static let name = "pass-tier"
    private static let policies = 250
    private static let rulesPerPolicy = 50
    /// Every so many rules bear a long list of ports.
    private static let stride = 2_500

    static func build(for selector: Selector) throws -> (tier: Tier, policies: [CalicoPolicy]) {
        let meta = ObjectMeta(name: name, namespace: nil, location: .builtIn)
        let nobody = try Selector(parsing: "has(nobody-bears-this-label)")
        let policies = (0..<policies).map { number in
            var policy = CalicoPolicy(
                meta: ObjectMeta(name: "\(name).\(number)", namespace: nil, location: .builtIn), isGlobal: true,
                tier: Located(name, at: .builtIn))
            policy.order = Double(number)
            policy.selector = Located(selector, at: .builtIn)
            policy.ingress = (0..<rulesPerPolicy).map { rule(number * rulesPerPolicy + $0, nobody) }
            policy.egress = policy.ingress
            policy.governsEgress = true
            return policy
        }
        return (Tier(meta: meta, order: -1, defaultAction: .deny), policies)
    }

    private static func rule(_ number: Int, _ nobody: Selector) -> CalicoRule {
        guard number < policies * rulesPerPolicy - 1 else { return CalicoRule(action: .pass, location: .builtIn) }
        var rule = CalicoRule(action: number.isMultiple(of: 2) ? .allow : .deny, location: .builtIn)
        rule.proto = Located(.tcp, at: .builtIn)
        rule.source.selector = Located(nobody, at: .builtIn)
        if number.isMultiple(of: stride) {
            rule.destination.ports = (UInt16(0)..<2_000).map { index in
                let first = 30 * index + 1
                return Located(CalicoPort.range(PortRange(first, first + 19)), at: .builtIn)
            }
        }
        return rule
    }
}
