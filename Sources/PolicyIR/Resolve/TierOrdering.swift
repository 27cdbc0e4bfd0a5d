import NetTypes
import Resources

/// Tiers and policies in the order of evaluation (calico.md 1.2, 1.3).
enum TierOrdering {
    /// A tier or policy-less order counts as this for tiers (T14).
    static let defaultTierOrder = 1_000_000.0

    /// The tiers that Calico creates at start; their order and action are fixed (calico.md 1.2).
    static let builtIn: [(name: String, order: Double, passesAtEnd: Bool)] = [
        ("kube-admin", 1000, true), ("default", defaultTierOrder, false), ("kube-baseline", 10_000_000, true),
    ]

    /// All tiers: built-in ones, those of manifests, and, after all of these, those that only policies name (default
    /// action Deny).
    static func order(tiers: [Tier], policies: [(tier: String, policy: ResolvedPolicy)]) -> [ResolvedTier] {
        var known: [(order: Double, tier: ResolvedTier)] = builtIn.map { tier in
            let manifest = tiers.first { $0.meta.name == tier.name }
            return (
                tier.order,
                ResolvedTier(
                    name: tier.name, passesAtEnd: tier.passesAtEnd, policies: [], location: manifest?.meta.location)
            )
        }
        for tier in tiers where !builtIn.contains(where: { $0.name == tier.meta.name }) {
            known.append(
                (
                    tier.order ?? defaultTierOrder,
                    ResolvedTier(
                        name: tier.meta.name, passesAtEnd: tier.defaultAction == .pass, policies: [],
                        location: tier.meta.location)
                ))
        }
        known.sort { a, b in
            a.order == b.order ? bytewise(a.tier.name, b.tier.name) : a.order < b.order
        }
        let knownNames = Set(known.map(\.tier.name))
        let missing = Set(policies.map(\.tier)).subtracting(knownNames).sorted(by: bytewise)
            .map { ResolvedTier(name: $0, passesAtEnd: false, policies: [], location: nil) }
        let byTier = Dictionary(grouping: policies, by: \.tier)
        return (known.map(\.tier) + missing).map { tier in
            var tier = tier
            tier.policies = (byTier[tier.name] ?? []).map(\.policy).sorted(by: policyPrecedes)
            return tier
        }
    }

    /// Ascending order, none last; ties by the joined text `name/namespace/kind` (T13).
    static func policyPrecedes(_ a: ResolvedPolicy, _ b: ResolvedPolicy) -> Bool {
        let (left, right) = (a.order ?? .infinity, b.order ?? .infinity)
        return left == right ? bytewise(tieText(a.name), tieText(b.name)) : left < right
    }

    private static func tieText(_ name: PolicyName) -> String {
        "\(name.name)/\(name.namespace ?? "")/\(name.kind.engineKind)"
    }

    static func bytewise(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
}

extension PolicyName.Kind {
    /// The kind's name inside Calico's engine (calico.md 1.1); the two kinds of v1alpha1 that it has no name for are
    /// named alike, so that no two policies tie.
    var engineKind: String {
        switch self {
        case .networkPolicy: "NetworkPolicy"
        case .globalNetworkPolicy: "GlobalNetworkPolicy"
        case .kubernetesNetworkPolicy: "KubernetesNetworkPolicy"
        case .stagedNetworkPolicy: "StagedNetworkPolicy"
        case .stagedGlobalNetworkPolicy: "StagedGlobalNetworkPolicy"
        case .stagedKubernetesNetworkPolicy: "StagedKubernetesNetworkPolicy"
        case .clusterNetworkPolicy: "KubernetesClusterNetworkPolicy"
        case .adminNetworkPolicy: "KubernetesAdminNetworkPolicy"
        case .baselineAdminNetworkPolicy: "KubernetesBaselineAdminNetworkPolicy"
        }
    }
}
