import NetTypes

/// Number of a host endpoint in a `Topology`.
@frozen public struct HostEndpointIndex: Hashable, Comparable, Sendable {
    public let value: Int
    @inlinable public init(_ value: Int) { self.value = value }
    @inlinable public static func < (a: HostEndpointIndex, b: HostEndpointIndex) -> Bool { a.value < b.value }
}

/// Which host endpoint stands for which interface of a node (calico.md 4.4; Felix, endpoint_mgr.go
/// resolveHostEndpoints).
public struct HostBinding: Sendable, Hashable {
    /// Interfaces with a host endpoint of their own.
    public var named: [String: HostEndpointIndex]
    /// The host endpoint of every other interface (`interfaceName: "*"`).
    public var wildcard: HostEndpointIndex?

    public init(named: [String: HostEndpointIndex] = [:], wildcard: HostEndpointIndex? = nil) {
        self.named = named
        self.wildcard = wildcard
    }

    public var isEmpty: Bool { named.isEmpty && wildcard == nil }

    /// The host endpoint of an interface; a pod's interface can have only `*`.
    public func endpoint(of attachment: Attachment) -> HostEndpointIndex? { named(for: attachment) ?? wildcard }

    /// The host endpoint that is the interface's own.
    public func named(for attachment: Attachment) -> HostEndpointIndex? {
        switch attachment {
        case .outside(let interface): named[interface]
        case .workload, .unknownWorkload: nil
        case .host: named[Topology.loopbackInterface]
        }
    }
}

extension Topology {
    /// The interface by which a node talks to itself.
    public static let loopbackInterface = "lo"

    /// Of two host endpoints for one interface the one with the smaller name wins, however it came to it: by the
    /// interface's name, or, without one, by an expected address that the interface bears.
    static func bindings(
        nodes: [Node], hostEndpoints: [HostEndpoint], interface: (IPAddress) -> String
    ) -> [HostBinding] {
        var bindings = nodes.map { _ in HostBinding() }
        let ordered = hostEndpoints.indices.sorted {
            hostEndpoints[$0].name.utf8.lexicographicallyPrecedes(hostEndpoints[$1].name.utf8)
        }
        for index in ordered {
            let endpoint = hostEndpoints[index]
            let own = nodes[endpoint.node.value].addresses
            let names: [String] =
                switch endpoint.interface {
                case .named(let name): [name]
                case .any: []
                case .withAddresses(let expected): own.filter(expected.contains).map(interface)
                }
            for name in names where bindings[endpoint.node.value].named[name] == nil {
                bindings[endpoint.node.value].named[name] = HostEndpointIndex(index)
            }
            if endpoint.interface == .any, bindings[endpoint.node.value].wildcard == nil {
                bindings[endpoint.node.value].wildcard = HostEndpointIndex(index)
            }
        }
        return bindings
    }
}
