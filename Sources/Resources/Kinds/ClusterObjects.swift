public import NetTypes
public import Selectors

/// v1 Namespace; `meta.labels` always holds `kubernetes.io/metadata.name` with the true name.
public struct Namespace: Sendable {
    public var meta: ObjectMeta
    public init(meta: ObjectMeta) { self.meta = meta }
}

/// v1 ServiceAccount.
public struct ServiceAccount: Sendable {
    public var meta: ObjectMeta
    public init(meta: ObjectMeta) { self.meta = meta }
}

/// v1 Node (or Calico's Node): what makes addresses the node itself.
public struct ClusterNode: Sendable {
    public var meta: ObjectMeta
    /// status.addresses (InternalIP, ExternalIP) and the Calico address annotations, without prefix length.
    public var addresses: [IPAddress]
    public init(meta: ObjectMeta, addresses: [IPAddress]) {
        self.meta = meta
        self.addresses = addresses
    }
}

/// v1 Service: where traffic to its own addresses goes.
public struct Service: Sendable {
    public enum TargetPort: Hashable, Sendable {
        case number(UInt16)
        /// Resolved per pod.
        case name(String)
    }

    public struct Port: Sendable {
        public var name: String?
        public var proto: IPProtocol
        public var port: UInt16
        public var target: TargetPort
        public var nodePort: UInt16?
        public init(name: String?, proto: IPProtocol, port: UInt16, target: TargetPort, nodePort: UInt16?) {
            self.name = name
            self.proto = proto
            self.port = port
            self.target = target
            self.nodePort = nodePort
        }
    }

    public var meta: ObjectMeta
    /// `ClusterIP`, `NodePort`, `LoadBalancer`, `ExternalName`.
    public var type: String
    /// Empty for headless and ExternalName services and where the manifest does not say.
    public var clusterIPs: [IPAddress]
    public var externalIPs: [IPAddress]
    public var loadBalancerIPs: [IPAddress]
    public var selector: Labels?
    public var ports: [Port]
    /// `externalTrafficPolicy: Local`.
    public var externalTrafficIsLocal: Bool

    public init(
        meta: ObjectMeta, type: String, clusterIPs: [IPAddress], externalIPs: [IPAddress],
        loadBalancerIPs: [IPAddress], selector: Labels?, ports: [Port], externalTrafficIsLocal: Bool
    ) {
        self.meta = meta
        self.type = type
        self.clusterIPs = clusterIPs
        self.externalIPs = externalIPs
        self.loadBalancerIPs = loadBalancerIPs
        self.selector = selector
        self.ports = ports
        self.externalTrafficIsLocal = externalTrafficIsLocal
    }
}

/// discovery.k8s.io EndpointSlice.
public struct EndpointSlice: Sendable {
    public struct Port: Sendable {
        public var name: String?
        public var proto: IPProtocol
        /// `nil`: all ports by the API; Calico adds no member for it.
        public var port: UInt16?
        public init(name: String?, proto: IPProtocol, port: UInt16?) {
            self.name = name
            self.proto = proto
            self.port = port
        }
    }

    public struct Endpoint: Sendable {
        /// Non-IP addresses are skipped.
        public var addresses: [IPAddress]
        /// `conditions.ready`, true when absent. Calico's policy ignores it; kube-proxy does not send to it.
        public var isReady: Bool
        public init(addresses: [IPAddress], isReady: Bool) {
            self.addresses = addresses
            self.isReady = isReady
        }
    }

    public var meta: ObjectMeta
    /// Label `kubernetes.io/service-name`.
    public var serviceName: String?
    public var endpoints: [Endpoint]
    public var ports: [Port]
    public init(meta: ObjectMeta, serviceName: String?, endpoints: [Endpoint], ports: [Port]) {
        self.meta = meta
        self.serviceName = serviceName
        self.endpoints = endpoints
        self.ports = ports
    }
}

/// Calico Tier.
public struct Tier: Sendable {
    public enum DefaultAction: String, Sendable, Hashable {
        case deny = "Deny"
        case pass = "Pass"
    }

    public var meta: ObjectMeta
    /// `nil` counts as 1,000,000 (calico.md T14).
    public var order: Double?
    public var defaultAction: DefaultAction
    public init(meta: ObjectMeta, order: Double?, defaultAction: DefaultAction) {
        self.meta = meta
        self.order = order
        self.defaultAction = defaultAction
    }
}

/// Calico NetworkSet (`isGlobal` false) or GlobalNetworkSet.
public struct NetworkSet: Sendable {
    public var meta: ObjectMeta
    public var isGlobal: Bool
    public var nets: [Located<IPPrefix>]
    public init(meta: ObjectMeta, isGlobal: Bool, nets: [Located<IPPrefix>]) {
        self.meta = meta
        self.isGlobal = isGlobal
        self.nets = nets
    }
}

/// Calico IPPool: matters to policy only in what encapsulation it switches on (calico.md 4.6).
public struct IPPool: Sendable {
    public var meta: ObjectMeta
    public var cidr: IPPrefix
    public var usesVXLAN: Bool
    public var usesIPIP: Bool
    /// Between all nodes, not only across subnets.
    public var alwaysEncapsulates: Bool
    public init(
        meta: ObjectMeta, cidr: IPPrefix, usesVXLAN: Bool, usesIPIP: Bool, alwaysEncapsulates: Bool = false
    ) {
        self.meta = meta
        self.cidr = cidr
        self.usesVXLAN = usesVXLAN
        self.usesIPIP = usesIPIP
        self.alwaysEncapsulates = alwaysEncapsulates
    }
}

/// Calico BGPConfiguration: matters to policy only in the service ranges that it announces (calico.md 1.8,
/// serviceLoopPrevention).
public struct BGPConfiguration: Sendable {
    public var meta: ObjectMeta
    /// Of cluster IPs, external IPs and load balancers.
    public var servicePrefixes: [IPPrefix]
    public init(meta: ObjectMeta, servicePrefixes: [IPPrefix]) {
        self.meta = meta
        self.servicePrefixes = servicePrefixes
    }
}

/// Calico WorkloadEndpoint.
public struct WorkloadEndpointResource: Sendable {
    public var meta: ObjectMeta
    public var node: String
    /// `spec.orchestrator`: `k8s` makes it a pod to Kubernetes policies. `nil` when absent.
    public var orchestrator: String?
    /// Name for reports: the pod, the workload or the object's own name.
    public var workload: String
    public var interfaceName: String
    public var addresses: [IPAddress]
    public var profiles: [String]
    public var ports: [NamedPort]
    public var serviceAccountName: String?
    public var allowedSourcePrefixes: [IPPrefix]
    public init(
        meta: ObjectMeta, node: String, workload: String, interfaceName: String, addresses: [IPAddress],
        profiles: [String], ports: [NamedPort], serviceAccountName: String?, allowedSourcePrefixes: [IPPrefix]
    ) {
        self.meta = meta
        self.node = node
        self.workload = workload
        self.interfaceName = interfaceName
        self.addresses = addresses
        self.profiles = profiles
        self.ports = ports
        self.serviceAccountName = serviceAccountName
        self.allowedSourcePrefixes = allowedSourcePrefixes
    }
}

/// Calico HostEndpoint.
public struct HostEndpointResource: Sendable {
    public var meta: ObjectMeta
    public var node: String
    /// `*`, an interface name, or empty.
    public var interfaceName: String
    public var expectedIPs: [IPAddress]
    public var profiles: [String]
    public var ports: [NamedPort]
    public init(
        meta: ObjectMeta, node: String, interfaceName: String, expectedIPs: [IPAddress], profiles: [String],
        ports: [NamedPort]
    ) {
        self.meta = meta
        self.node = node
        self.interfaceName = interfaceName
        self.expectedIPs = expectedIPs
        self.profiles = profiles
        self.ports = ports
    }
}
