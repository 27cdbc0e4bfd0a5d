public import NetTypes

/// Number of a node in a `Topology`.
@frozen public struct NodeIndex: Hashable, Comparable, Sendable {
    public let value: Int
    @inlinable public init(_ value: Int) { self.value = value }
    @inlinable public static func < (a: NodeIndex, b: NodeIndex) -> Bool { a.value < b.value }
}

/// Number of a workload endpoint in a `Topology`.
@frozen public struct EndpointIndex: Hashable, Comparable, Sendable {
    public let value: Int
    @inlinable public init(_ value: Int) { self.value = value }
    @inlinable public static func < (a: EndpointIndex, b: EndpointIndex) -> Bool { a.value < b.value }
}

/// Who is where: nodes, the workload endpoints attached to them, and what lies outside. No policy.
public struct Topology: Sendable {
    public struct Node: Sendable, Hashable {
        public var name: String
        /// The node's own addresses.
        public var addresses: [IPAddress]
        public init(name: String, addresses: [IPAddress]) {
            self.name = name
            self.addresses = addresses
        }
    }

    /// A pod's (or other workload's) interface.
    public struct Endpoint: Sendable, Hashable {
        /// `namespace/name`, as reports print it.
        public var name: String
        public var node: NodeIndex
        /// The node's end of the pod's link: `cali` + 11 hex digits.
        public var interface: String
        /// At most one per family.
        public var addresses: [IPAddress]
        /// Made up from a workload template or an unscheduled Pod (kubernetes.md 7, what-if).
        public var isSynthetic: Bool
        /// Addresses that are not its own but that it may send from (calico.md 4.6).
        public var allowedSourcePrefixes: [IPPrefix]
        public init(
            name: String, node: NodeIndex, interface: String, addresses: [IPAddress], isSynthetic: Bool = false,
            allowedSourcePrefixes: [IPPrefix] = []
        ) {
            self.name = name
            self.node = node
            self.interface = interface
            self.addresses = addresses
            self.isSynthetic = isSynthetic
            self.allowedSourcePrefixes = allowedSourcePrefixes
        }
    }

    /// A HostEndpoint: an interface of a node, or all of them.
    public struct HostEndpoint: Sendable, Hashable {
        public enum Interface: Sendable, Hashable {
            case named(String)
            /// `*`
            case any
            /// No name: those that bear one of these addresses.
            case withAddresses([IPAddress])
        }

        public var name: String
        public var node: NodeIndex
        public var interface: Interface
        public init(name: String, node: NodeIndex, interface: Interface) {
            self.name = name
            self.node = node
            self.interface = interface
        }
    }

    /// An interface of the node that leads outside, and the blocks behind it.
    public struct OutsideInterface: Sendable, Hashable {
        public var name: String
        public var prefixes: [IPPrefix]
        public init(name: String, prefixes: [IPPrefix]) {
            self.name = name
            self.prefixes = prefixes
        }
    }

    /// What an address belongs to.
    @frozen public enum Owner: Hashable, Sendable {
        case endpoint(EndpointIndex)
        case node(NodeIndex)
        /// Index in `refused`.
        case refused(Int)
        case outside
    }

    public let nodes: [Node]
    public let endpoints: [Endpoint]
    /// Endpoints that Felix does not take: their interfaces are unknown to it (calico.md 1.8).
    public let refused: [Endpoint]
    public let hostEndpoints: [HostEndpoint]
    /// Parallel to `nodes`.
    public let hostBindings: [HostBinding]
    /// From `--interface`; the longest matching prefix wins.
    public let outsideInterfaces: [OutsideInterface]
    /// Where every other outside address is.
    public let defaultInterface: String

    private let owners: [IPAddress: Owner]

    /// Of two endpoints with one address the first in `endpoints` owns it; endpoints go before nodes, these before
    /// refused endpoints.
    public init(
        nodes: [Node], endpoints: [Endpoint], refused: [Endpoint] = [], hostEndpoints: [HostEndpoint] = [],
        outsideInterfaces: [OutsideInterface] = [], defaultInterface: String = "eth0"
    ) {
        self.nodes = nodes
        self.endpoints = endpoints
        self.refused = refused
        self.hostEndpoints = hostEndpoints
        self.outsideInterfaces = outsideInterfaces
        self.defaultInterface = defaultInterface
        hostBindings = Topology.bindings(nodes: nodes, hostEndpoints: hostEndpoints) {
            Topology.interface(toward: $0, outsideInterfaces) ?? defaultInterface
        }
        var owners: [IPAddress: Owner] = [:]
        owners.reserveCapacity(endpoints.count + nodes.count + refused.count)
        func own(_ addresses: [IPAddress], _ owner: Owner) {
            for address in addresses where owners[address] == nil { owners[address] = owner }
        }
        for index in endpoints.indices { own(endpoints[index].addresses, .endpoint(EndpointIndex(index))) }
        for index in nodes.indices { own(nodes[index].addresses, .node(NodeIndex(index))) }
        for index in refused.indices { own(refused[index].addresses, .refused(index)) }
        self.owners = owners
    }

    public func owner(of address: IPAddress) -> Owner { owners[address] ?? .outside }

    public func node(named name: String) -> NodeIndex? {
        nodes.firstIndex { $0.name == name }.map(NodeIndex.init)
    }

    public func endpoint(named name: String) -> EndpointIndex? {
        endpoints.firstIndex { $0.name == name }.map(EndpointIndex.init)
    }

    /// The outside interface behind which `address` lies.
    public func interface(toward address: IPAddress) -> String {
        Topology.interface(toward: address, outsideInterfaces) ?? defaultInterface
    }

    private static func interface(toward address: IPAddress, _ interfaces: [OutsideInterface]) -> String? {
        var best: (length: UInt8, name: String)?
        for interface in interfaces {
            for prefix in interface.prefixes where prefix.contains(address) {
                if best.map({ prefix.length > $0.length }) ?? true { best = (prefix.length, interface.name) }
            }
        }
        return best?.name
    }
}
