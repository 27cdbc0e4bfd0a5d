import NetTypes
import Resources
import Selectors

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
        var byTier: [String: [ResolvedPolicy]] = [:]
        for (tier, policy) in policies { byTier[tier, default: []].append(policy) }
        let missing = byTier.keys.filter { !knownNames.contains($0) }.sorted(by: bytewise)
            .map { ResolvedTier(name: $0, passesAtEnd: false, policies: [], location: nil) }
        return (known.map(\.tier) + missing).map { tier in
            var tier = tier
            tier.policies = inOrder(byTier[tier.name] ?? []) { $0.name }
            return tier
        }
    }

    /// Ascending order, none last; ties by the joined text `name/namespace/kind` (T13).
    ///
    /// - Parameter name: what the policy is called for this purpose.
    static func inOrder(_ policies: [ResolvedPolicy], name: (ResolvedPolicy) -> PolicyName) -> [ResolvedPolicy] {
        let keys = policies.map { ($0.order ?? .infinity, tieText(name($0))) }
        let places = policies.indices.sorted { a, b in
            keys[a].0 == keys[b].0 ? bytewise(keys[a].1, keys[b].1) : keys[a].0 < keys[b].0
        }
        return places.map { policies[$0] }
    }

    private static func tieText(_ name: PolicyName) -> String {
        name.name + "/" + (name.namespace ?? "") + "/" + name.kind.engineKind
    }

    static func bytewise(_ a: String, _ b: String) -> Bool { a.precedesBytewise(b) }
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
