import Classification
import NetTypes
import PolicyIR
import Selectors

/// Makes the tree's sets: members of selectors, named ports, services and literal lists, each content stored once.
struct SetInterning {
    private let cluster: ResolvedCluster
    private var table = SetTable()
    private lazy var objects = ObjectLookup(cluster)
    /// Members of a selector.
    private var selected: [Selector: IPSetID] = [:]
    /// Owners of a named port.
    private var named: [NamedPortKey: IPSetID] = [:]

    private struct NamedPortKey: Hashable {
        var name: String
        var owners: Selector?
        var proto: IPProtocol?
    }

    init(_ cluster: ResolvedCluster) { self.cluster = cluster }

    var sets: [IPSet] { table.sets }

    /// Addresses written out in a rule.
    mutating func literal(_ nets: [IPPrefix]) -> IPSetID {
        table.intern(
            IPSet(
                addresses: nets, isDynamic: false,
                meaning: nets.sorted().prefix(4).map(\.description).joined(separator: ", ")
                    + (nets.count > 4 ? ", … (\(nets.count))" : "")))
    }

    /// Addresses of every object that the selector selects (calico.md 3.2).
    mutating func members(of selector: Selector) -> IPSetID {
        if let id = selected[selector] { return id }
        let set = IPSet(addresses: objects.addresses(of: selector), isDynamic: true, meaning: selector.canonicalText)
        let id = table.intern(set)
        selected[selector] = id
        return id
    }

    /// (address, protocol, port) of the endpoints that own the named port (calico.md 3.4).
    mutating func namedPort(_ name: String, owners selector: Selector?, proto: IPProtocol?) -> IPSetID {
        let key = NamedPortKey(name: name, owners: selector, proto: proto)
        if let id = named[key] { return id }
        let triples = objects.owners(ofPort: name, selector).flatMap { object in
            object.namedPorts.filter { $0.name == name && (proto == nil || $0.proto == proto) }.flatMap { port in
                object.prefixes.map { AddressPort(address: $0.address, proto: port.proto, port: port.port) }
            }
        }
        let owner = selector.map { " of \($0.canonicalText)" } ?? ""
        let id = table.intern(
            IPSet(
                addressPorts: triples, isDynamic: true, meaning: "port \(name)\(proto.map { "/\($0)" } ?? "")\(owner)")
        )
        named[key] = id
        return id
    }

    /// Addresses of the names, those known now; more may come.
    mutating func domains(_ patterns: [DomainPattern]) -> IPSetID {
        table.intern(IPSet(domains: DomainMembers(patterns: patterns, table: cluster.domains)))
    }

    /// Endpoint addresses of a service, without ports: the source form.
    mutating func serviceAddresses(_ service: ServiceKey) -> IPSetID {
        let members = cluster.serviceMembers[service] ?? []
        return table.intern(
            IPSet(
                addresses: members.map { IPPrefix(host: $0.address) }, isDynamic: true,
                meaning: "addresses of service \(service)"))
    }

    /// Endpoint addresses and ports of a service: the destination form (calico.md 3.5).
    mutating func servicePorts(_ service: ServiceKey) -> IPSetID {
        let triples = (cluster.serviceMembers[service] ?? []).flatMap { member in
            member.ports.map { AddressPort(address: member.address, proto: $0.proto, port: $0.port) }
        }
        return table.intern(IPSet(addressPorts: triples, isDynamic: true, meaning: "endpoints of service \(service)"))
    }
}
