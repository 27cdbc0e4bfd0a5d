public import Diagnostics
public import NetTypes

/// policy.networking.k8s.io ClusterNetworkPolicy, AdminNetworkPolicy or BaselineAdminNetworkPolicy
/// (kubernetes.md 4 and 5).
public struct ClusterPolicy: Sendable {
    public enum Origin: String, Sendable, Hashable {
        case clusterNetworkPolicy = "ClusterNetworkPolicy"
        case adminNetworkPolicy = "AdminNetworkPolicy"
        case baselineAdminNetworkPolicy = "BaselineAdminNetworkPolicy"
    }

    public enum Tier: String, Sendable, Hashable {
        case admin = "Admin"
        case baseline = "Baseline"
    }

    /// Pods by namespace and, unless `pods` is `nil`, by their own labels.
    public struct PodSelection: Sendable, Hashable {
        /// `nil`: every namespace.
        public var namespaces: LabelSelector?
        /// `nil`: the `namespaces` form, every pod there (as a peer in Calico: every network set, too).
        public var pods: LabelSelector?
        public init(namespaces: LabelSelector?, pods: LabelSelector?) {
            self.namespaces = namespaces
            self.pods = pods
        }
    }

    public enum Peer: Sendable {
        case selection(PodSelection)
        case networks([IPPrefix])
        /// v1alpha1 only.
        case nodes(LabelSelector)
        /// v1alpha1 only.
        case domainNames([String])
    }

    public enum Port: Sendable, Hashable {
        case range(IPProtocol, PortRange)
        /// Whatever protocol each pod gave the name.
        case name(String)
    }

    public struct Rule: Sendable {
        public var name: String
        public var action: RuleAction
        public var peers: [Located<Peer>]
        /// Empty: every protocol and port.
        public var ports: [Located<Port>]
        public var location: SourceLocation
        public init(
            name: String, action: RuleAction, peers: [Located<Peer>], ports: [Located<Port>],
            location: SourceLocation
        ) {
            self.name = name
            self.action = action
            self.peers = peers
            self.ports = ports
            self.location = location
        }
    }

    public var meta: ObjectMeta
    public var origin: Origin
    public var tier: Tier
    /// Lower goes first; 1000 for BaselineAdminNetworkPolicy.
    public var priority: Int
    public var subject: PodSelection
    public var ingress: [Rule]
    public var egress: [Rule]

    public init(
        meta: ObjectMeta, origin: Origin, tier: Tier, priority: Int, subject: PodSelection, ingress: [Rule],
        egress: [Rule]
    ) {
        self.meta = meta
        self.origin = origin
        self.tier = tier
        self.priority = priority
        self.subject = subject
        self.ingress = ingress
        self.egress = egress
    }
}
