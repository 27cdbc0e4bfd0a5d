/// A policy as the engine identifies it: kind, namespace, name (calico.md 1.1).
public struct PolicyName: Hashable, Sendable {
    /// Short names as in Calico's own chains: np, gnp, snp, sgnp, sknp, knp, kcnp; kanp and kbanp as the releases that
    /// read these kinds named them (calico.md 6.2).
    public enum Kind: String, Sendable, Hashable {
        case networkPolicy = "np"
        case globalNetworkPolicy = "gnp"
        case kubernetesNetworkPolicy = "knp"
        case stagedNetworkPolicy = "snp"
        case stagedGlobalNetworkPolicy = "sgnp"
        case stagedKubernetesNetworkPolicy = "sknp"
        case clusterNetworkPolicy = "kcnp"
        case adminNetworkPolicy = "kanp"
        case baselineAdminNetworkPolicy = "kbanp"

        /// What a staged kind becomes when it is enforced; `nil` of the kinds that are enforced already.
        public var enforcedForm: Kind? {
            switch self {
            case .stagedNetworkPolicy: .networkPolicy
            case .stagedGlobalNetworkPolicy: .globalNetworkPolicy
            case .stagedKubernetesNetworkPolicy: .kubernetesNetworkPolicy
            case .networkPolicy, .globalNetworkPolicy, .kubernetesNetworkPolicy, .clusterNetworkPolicy,
                .adminNetworkPolicy, .baselineAdminNetworkPolicy:
                nil
            }
        }
    }

    public var kind: Kind
    /// `nil` for cluster-scoped kinds.
    public var namespace: String?
    public var name: String

    public init(kind: Kind, namespace: String?, name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// The policy that a staged one of this name stands for; `nil` of enforced kinds.
    public var enforcedForm: PolicyName? {
        kind.enforcedForm.map { PolicyName(kind: $0, namespace: namespace, name: name) }
    }
}

extension PolicyName: CustomStringConvertible {
    /// `knp/ns/name`, `gnp/name`.
    public var description: String {
        ([kind.rawValue] + (namespace.map { [$0] } ?? []) + [name]).joined(separator: "/")
    }
}
