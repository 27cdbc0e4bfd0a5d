public import Diagnostics
public import NetTypes
public import NetworkTopology

/// A workload endpoint as policy sees it; parallel to `Topology.endpoints`.
public struct WorkloadEndpoint: Sendable {
    /// `namespace/name`.
    public var name: String
    /// Index in `ResolvedCluster.objects`.
    public var object: Int
    /// In order of evaluation; names without a profile in `ResolvedCluster.profiles` deny (T20).
    public var profiles: [String]
    /// Every declared container port: what `check` asks when it is given none.
    public var declaredPorts: [NamedPort]
    public var location: SourceLocation?

    public init(
        name: String, object: Int, profiles: [String], declaredPorts: [NamedPort], location: SourceLocation?
    ) {
        self.name = name
        self.object = object
        self.profiles = profiles
        self.declaredPorts = declaredPorts
        self.location = location
    }
}

/// A host endpoint as policy sees it; parallel to `Topology.hostEndpoints`.
public struct HostEndpoint: Sendable {
    public var name: String
    /// Index in `ResolvedCluster.objects`.
    public var object: Int
    /// In order of evaluation.
    public var profiles: [String]
    public var location: SourceLocation?

    public init(name: String, object: Int, profiles: [String], location: SourceLocation?) {
        self.name = name
        self.object = object
        self.profiles = profiles
        self.location = location
    }
}

/// The whole input, resolved and free of resource kinds: what the reference evaluator interprets and the compiler
/// lowers.
public struct ResolvedCluster: Sendable {
    public var topology: Topology
    public var endpoints: [WorkloadEndpoint]
    public var hostEndpoints: [HostEndpoint]
    /// Everything that selectors can reach.
    public var objects: [LabelledObject]
    /// In order of evaluation, those without policies included.
    public var tiers: [ResolvedTier]
    /// Staged policies of action Delete: in no tier, but `enforcingStaged` obeys them.
    public var stagedDeletions: [StagedDeletion]
    public var profiles: [String: ResolvedProfile]
    /// Endpoint addresses and ports of services that rules name (calico.md 3.5).
    public var serviceMembers: [ServiceKey: [ServiceMember]]
    /// Parallel to `topology.nodes`.
    public var nodeSettings: [NodeSettings]
    public var services: ServiceTable
    /// Addresses of the domain names that rules name.
    public var domains = DomainTable()
    public var sources: SourceMap

    public init(
        topology: Topology, endpoints: [WorkloadEndpoint], hostEndpoints: [HostEndpoint] = [],
        objects: [LabelledObject], tiers: [ResolvedTier], stagedDeletions: [StagedDeletion] = [],
        profiles: [String: ResolvedProfile], serviceMembers: [ServiceKey: [ServiceMember]],
        nodeSettings: [NodeSettings], services: ServiceTable, sources: SourceMap
    ) {
        self.topology = topology
        self.endpoints = endpoints
        self.hostEndpoints = hostEndpoints
        self.objects = objects
        self.tiers = tiers
        self.stagedDeletions = stagedDeletions
        self.profiles = profiles
        self.serviceMembers = serviceMembers
        self.nodeSettings = nodeSettings
        self.services = services
        self.sources = sources
    }
}

/// One address of a service's EndpointSlices with its ports; without ports it is a member of the source form alone.
public struct ServiceMember: Hashable, Comparable, Sendable {
    public struct Port: Hashable, Comparable, Sendable {
        public var proto: IPProtocol
        public var port: UInt16
        public init(proto: IPProtocol, port: UInt16) {
            self.proto = proto
            self.port = port
        }
        public static func < (a: Port, b: Port) -> Bool { (a.proto, a.port) < (b.proto, b.port) }
    }

    public var address: IPAddress
    /// In the order of the slice.
    public var ports: [Port]
    public init(address: IPAddress, ports: [Port]) {
        self.address = address
        self.ports = ports
    }

    public static func < (a: ServiceMember, b: ServiceMember) -> Bool {
        a.address == b.address ? a.ports.lexicographicallyPrecedes(b.ports) : a.address < b.address
    }
}
