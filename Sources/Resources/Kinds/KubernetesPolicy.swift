public import Diagnostics
public import NetTypes

/// metav1.LabelSelector (kubernetes.md 3).
public struct LabelSelector: Sendable, Hashable {
    public enum Operator: String, Sendable, Hashable {
        case `in` = "In"
        case notIn = "NotIn"
        case exists = "Exists"
        case doesNotExist = "DoesNotExist"
    }

    public struct Requirement: Sendable, Hashable {
        public var key: String
        public var op: Operator
        public var values: [String]
        public init(key: String, op: Operator, values: [String]) {
            self.key = key
            self.op = op
            self.values = values
        }
    }

    /// Sorted by key.
    public var matchLabels: [Requirement]
    /// In written order.
    public var matchExpressions: [Requirement]

    /// `matchLabels` become `In` with one value.
    public init(matchLabels: [(key: String, value: String)] = [], matchExpressions: [Requirement] = []) {
        self.matchLabels = matchLabels.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { Requirement(key: $0.key, op: .in, values: [$0.value]) }
        self.matchExpressions = matchExpressions
    }

    public var isEmpty: Bool { matchLabels.isEmpty && matchExpressions.isEmpty }
}

/// networking.k8s.io/v1 NetworkPolicy with the API server's default of policyTypes applied.
public struct KubernetesPolicy: Sendable {
    public struct Block: Sendable {
        public var cidr: IPPrefix
        public var except: [IPPrefix]
        public init(cidr: IPPrefix, except: [IPPrefix]) {
            self.cidr = cidr
            self.except = except
        }
    }

    public enum Peer: Sendable {
        /// A missing selector stays `nil`: `{}` and absent differ for namespaces.
        case selectors(pods: LabelSelector?, namespaces: LabelSelector?)
        case block(Block)
    }

    public struct Port: Sendable {
        public var proto: IPProtocol
        /// `nil`: all ports of the protocol. `endPort` is folded into the range.
        public var port: CalicoPort?
        public init(proto: IPProtocol, port: CalicoPort?) {
            self.proto = proto
            self.port = port
        }
    }

    public struct Rule: Sendable {
        /// Empty: anyone.
        public var peers: [Located<Peer>]
        /// Empty: any port and any protocol.
        public var ports: [Located<Port>]
        public var location: SourceLocation
        public init(peers: [Located<Peer>], ports: [Located<Port>], location: SourceLocation) {
            self.peers = peers
            self.ports = ports
            self.location = location
        }
    }

    public var meta: ObjectMeta
    /// `nil`: enforced. Else a StagedKubernetesNetworkPolicy.
    public var stagedAction: CalicoPolicy.StagedAction?
    public var podSelector: LabelSelector
    public var governsIngress: Bool
    public var governsEgress: Bool
    public var ingress: [Rule]
    public var egress: [Rule]

    public init(
        meta: ObjectMeta, podSelector: LabelSelector, governsIngress: Bool, governsEgress: Bool, ingress: [Rule],
        egress: [Rule]
    ) {
        self.meta = meta
        self.podSelector = podSelector
        self.governsIngress = governsIngress
        self.governsEgress = governsEgress
        self.ingress = ingress
        self.egress = egress
    }
}
