import Classification
import NetTypes
import NetworkTopology

/// A flow with the names of its ends.
public struct NamedFlow: Hashable, Sendable {
    public var label: FlowLabel
    /// `namespace/name` of a pod, `node/NAME`, `svc/NAMESPACE/NAME`; an outside address as it is.
    public var source: String
    public var destination: String

    init(_ label: FlowLabel, _ names: PartyNames) {
        self.label = label
        source = names.name(of: label.source)
        destination = names.name(of: label.destination, proto: label.proto, port: label.port)
    }

    /// `TCP`, `ICMP 8/0`.
    public var protocolText: String {
        label.icmp.map { "\(label.proto) \($0.type)/\($0.code)" } ?? "\(label.proto)"
    }

    /// Name and port of the destination.
    public var destinationText: String {
        guard let port = label.port else { return destination }
        return IPAddress(destination)?.family == .v6 ? "[\(destination)]:\(port)" : "\(destination):\(port)"
    }
}

/// Names for the addresses of a cluster.
struct PartyNames: Sendable {
    private let topology: Topology
    private let services: ServiceTable
    private let serviceNames: [IPAddress: String]

    init(_ tree: MatchTree) {
        topology = tree.topology
        services = tree.services
        serviceNames = Dictionary(
            tree.services.entries.map { ($0.key.address, $0.value.service) }, uniquingKeysWith: { min($0, $1) })
    }

    func name(of address: IPAddress, proto: IPProtocol? = nil, port: UInt16? = nil) -> String {
        switch topology.owner(of: address) {
        case .endpoint(let index): return topology.endpoints[index.value].name
        case .node(let index): return "node/\(topology.nodes[index.value].name)"
        case .refused(let index): return topology.refused[index].name
        case .outside:
            let frontend = proto.flatMap { proto in
                port.map { ServiceTable.Frontend(address: address, proto: proto, port: $0) }
            }
            let service = frontend.flatMap { services.entries[$0]?.service } ?? serviceNames[address]
            return service.map { "svc/\($0)" } ?? "\(address)"
        }
    }
}
