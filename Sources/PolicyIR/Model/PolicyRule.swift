public import Diagnostics
public import NetTypes
public import Selectors

/// The conditions of a rule on one end of the packet, free of resource kinds (calico.md 3.1, 3.2).
///
/// All conditions hold together. Empty lists and `nil` add none.
public struct EntityMatch: Sendable {
    public var nets: [IPPrefix] = []
    public var notNets: [IPPrefix] = []
    /// The address belongs to an object that satisfies it: the text of calico.md 3.2, with a `notSelector` beside a
    /// positive selector already folded in (3.3).
    public var selector: Selector?
    /// The part of `selector` that is about namespaces, for telling a near miss from a far one; decides nothing.
    public var namespacePart: Selector?
    /// The address belongs to **no** object that satisfies it. Only where there is no positive selector.
    public var notSelector: Selector?
    /// The ports, any of them; with `namedPorts` one list.
    public var ports: [PortRange] = []
    /// Names owned by endpoints that satisfy `selector`.
    public var namedPorts: [String] = []
    public var notPorts: [PortRange] = []
    public var notNamedPorts: [String] = []
    /// The address is one of the service's endpoints, on a destination with their port and protocol, too.
    public var service: ServiceKey?
    /// The address is one of these names', as far as `ResolvedCluster.domains` knows them.
    public var domains: [DomainPattern] = []
    /// Where the service is named, when its namespace is the policy's own for want of another (T60).
    public var impliedServiceNamespace: SourceLocation?

    public init() {}

    public var hasPorts: Bool { !ports.isEmpty || !namedPorts.isEmpty }
    public var hasNotPorts: Bool { !notPorts.isEmpty || !notNamedPorts.isEmpty }
}

/// A Service by namespace and name.
public struct ServiceKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var namespace: String
    public var name: String
    public init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }
    public var description: String { "\(namespace)/\(name)" }
    public static func < (a: ServiceKey, b: ServiceKey) -> Bool { (a.namespace, a.name) < (b.namespace, b.name) }
}

/// One resolved rule. A Kubernetes rule becomes one of these per (protocol, peer).
public struct PolicyRule: Sendable {
    public var action: RuleAction
    /// From `ipVersion`, or implied by the protocol *name* ICMP or ICMPv6 (T43).
    public var ipVersion: IPFamily?
    public var proto: IPProtocol?
    public var notProto: IPProtocol?
    /// Type, and code if given.
    public var icmp: (type: UInt8, code: UInt8?)?
    public var notICMP: (type: UInt8, code: UInt8?)?
    public var source = EntityMatch()
    public var destination = EntityMatch()
    /// Index in the manifest's `ingress` or `egress` list.
    public var manifestIndex: Int
    /// What the manifest calls the rule, where it does.
    public var name: String?
    public var location: SourceLocation

    public init(action: RuleAction, manifestIndex: Int, location: SourceLocation) {
        self.action = action
        self.manifestIndex = manifestIndex
        self.location = location
    }
}
