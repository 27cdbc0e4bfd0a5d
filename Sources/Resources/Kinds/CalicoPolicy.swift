public import Diagnostics
public import NetTypes
public import Selectors

/// A port of a Calico rule: numbers, or a name that each endpoint resolves for itself.
public enum CalicoPort: Hashable, Sendable {
    case range(PortRange)
    case name(String)
}

/// `icmp` or `notICMP` of a rule. Without a type it adds no condition.
public struct CalicoICMP: Hashable, Sendable {
    public var type: UInt8?
    public var code: UInt8?
    public init(type: UInt8?, code: UInt8?) {
        self.type = type
        self.code = code
    }
}

/// `source` or `destination` of a Calico rule (calico.md 1.5). Empty lists and `nil` add no condition.
public struct CalicoEntityRule: Sendable {
    public struct ServiceAccounts: Sendable {
        public var names: [String]
        public var selector: Located<Selector>?
        public init(names: [String], selector: Located<Selector>?) {
            self.names = names
            self.selector = selector
        }
    }

    public struct ServiceReference: Hashable, Sendable {
        public var name: String
        /// `nil`: the policy's own namespace by the documentation (calico.md 3.5).
        public var namespace: String?
        public init(name: String, namespace: String?) {
            self.name = name
            self.namespace = namespace
        }
    }

    public var nets: [Located<IPPrefix>] = []
    public var notNets: [Located<IPPrefix>] = []
    public var selector: Located<Selector>?
    public var notSelector: Located<Selector>?
    public var namespaceSelector: Located<Selector>?
    public var serviceAccounts: Located<ServiceAccounts>?
    public var services: Located<ServiceReference>?
    public var ports: [Located<CalicoPort>] = []
    public var notPorts: [Located<CalicoPort>] = []
    /// Of the commercial edition: the destination's address is one of these names'.
    public var domains: [Located<DomainPattern>] = []

    public init() {}
}

/// One rule of a Calico policy or profile.
public struct CalicoRule: Sendable {
    public var action: RuleAction
    public var ipVersion: IPFamily?
    public var proto: Located<IPProtocol>?
    /// The protocol was written as the name `ICMP` or `ICMPv6`, which implies the IP version (calico.md 3.1).
    public var protocolImpliesFamily: IPFamily?
    public var notProto: Located<IPProtocol>?
    public var icmp: CalicoICMP?
    public var notICMP: CalicoICMP?
    public var source: CalicoEntityRule
    public var destination: CalicoEntityRule
    /// An `http` match is there; layers 3 and 4 ignore it (T42).
    public var hasHTTP: Bool
    /// Of the rule's first key.
    public var location: SourceLocation

    public init(action: RuleAction, location: SourceLocation) {
        self.action = action
        self.location = location
        self.source = CalicoEntityRule()
        self.destination = CalicoEntityRule()
        self.hasHTTP = false
    }
}

/// Calico NetworkPolicy or GlobalNetworkPolicy, `types` already defaulted by row 1 of calico.md 1.4 (row 3 for
/// crd.projectcalico.org/v1).
public struct CalicoPolicy: Sendable {
    /// Only Set (the default), Learn and Ignore reach the engine; Delete is not sent.
    public enum StagedAction: String, Sendable, Hashable {
        case set = "Set"
        case delete = "Delete"
        case learn = "Learn"
        case ignore = "Ignore"
    }

    public var meta: ObjectMeta
    public var isGlobal: Bool
    /// `nil`: enforced.
    public var stagedAction: StagedAction?
    public var tier: Located<String>
    public var order: Double?
    /// `nil` = all().
    public var selector: Located<Selector>?
    public var namespaceSelector: Located<Selector>?
    public var serviceAccountSelector: Located<Selector>?
    public var governsIngress: Bool
    public var governsEgress: Bool
    public var ingress: [CalicoRule]
    public var egress: [CalicoRule]
    public var applyOnForward: Bool
    public var preDNAT: Bool
    public var doNotTrack: Bool

    public init(meta: ObjectMeta, isGlobal: Bool, tier: Located<String>) {
        self.meta = meta
        self.isGlobal = isGlobal
        self.tier = tier
        self.governsIngress = true
        self.governsEgress = false
        self.ingress = []
        self.egress = []
        self.applyOnForward = false
        self.preDNAT = false
        self.doNotTrack = false
    }
}

/// Calico Profile.
public struct Profile: Sendable {
    public var meta: ObjectMeta
    public var ingress: [CalicoRule]
    public var egress: [CalicoRule]
    public var labelsToApply: Labels
    public init(meta: ObjectMeta, ingress: [CalicoRule], egress: [CalicoRule], labelsToApply: Labels) {
        self.meta = meta
        self.ingress = ingress
        self.egress = egress
        self.labelsToApply = labelsToApply
    }
}
