import Classification
import Diagnostics
import NetTypes
import Selectors

@testable import Resources

/// The IP sets of packet cases as objects that selectors, named ports and services of rules reach.
///
/// The address space is cut into blocks that lie in each set as a whole or not at all. Each block is one object whose
/// labels name its sets, so "in all of these and in none of those" is one selector. Blocks with named ports are
/// workload endpoints of another node, the others network sets.
struct SetObjects {
    /// A set by the number of its case and its name there.
    struct SetKey: Hashable {
        var caseNumber: Int
        var name: String

        /// The label that marks members, and the named port that they own.
        var label: String {
            let letters = name.utf8.map { byte in
                let isPlain =
                    byte < 128 && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber)
                return isPlain ? String(UnicodeScalar(byte)) : "_\(byte)"
            }
            return "set-\(caseNumber)/\(letters.joined())"
        }
    }

    static let node = "elsewhere"
    static let serviceNamespace = "services"

    private var sets: [(key: SetKey, set: CaseSet)] = []
    private var services: Set<String> = []
    private(set) var endpointSlices: [EndpointSlice] = []

    init(_ cases: [PacketCase]) {
        for (number, packetCase) in cases.enumerated() {
            for (name, set) in packetCase.ipSets.sorted(by: { $0.key < $1.key }) {
                sets.append((key: SetKey(caseNumber: number, name: name), set: set))
            }
        }
    }

    /// The objects that stand for all blocks.
    func objects() -> (networkSets: [NetworkSet], endpoints: [WorkloadEndpointResource]) {
        let members = sets.flatMap { $0.set.prefixes + $0.set.triples.map { IPPrefix(host: $0.address) } }
        var networkSets: [NetworkSet] = []
        var endpoints: [WorkloadEndpointResource] = []
        for (number, block) in AddressAtoms.cut(members).enumerated() {
            let owners = sets.filter { $0.set.prefixes.contains { $0.contains(block) } }
            let ports = sets.flatMap { key, set in
                set.triples.filter { IPPrefix(host: $0.address) == block }
                    .map { NamedPort(name: key.label, proto: $0.proto, port: $0.port) }
            }
            let meta = ObjectMeta(
                name: "block-\(number)", namespace: nil,
                labels: Labels(owners.map { (key: $0.key.label, value: "") }), location: .builtIn)
            if ports.isEmpty {
                networkSets.append(NetworkSet(meta: meta, isGlobal: true, nets: [Located(block, at: .builtIn)]))
            } else {
                endpoints.append(
                    WorkloadEndpointResource(
                        meta: meta, node: Self.node, workload: meta.name, interfaceName: "block\(number)",
                        addresses: [block.address], profiles: [], ports: ports, serviceAccountName: nil,
                        allowedSourcePrefixes: []))
            }
        }
        return (networkSets, endpoints)
    }

    /// A service whose endpoints are what the given sets have in common.
    mutating func service(_ keys: [SetKey]) -> CalicoEntityRule.ServiceReference {
        let name = keys.map(\.label).joined(separator: "&")
        if services.insert(name).inserted {
            let lists = keys.map { key in Set(sets.first { $0.key == key }?.set.triples ?? []) }
            let members = lists.dropFirst().reduce(lists.first ?? []) { $0.intersection($1) }
            endpointSlices += members.sorted().enumerated().map { number, member in
                EndpointSlice(
                    meta: ObjectMeta(
                        name: "\(name)-\(number)", namespace: Self.serviceNamespace, location: .builtIn),
                    serviceName: name,
                    endpoints: [EndpointSlice.Endpoint(addresses: [member.address], isReady: true)],
                    ports: [EndpointSlice.Port(name: nil, proto: member.proto, port: member.port)])
            }
        }
        return CalicoEntityRule.ServiceReference(name: name, namespace: Self.serviceNamespace)
    }

    /// The set of that name, which must be there and, to match on addresses, hold blocks.
    func key(_ name: String, ofCase number: Int, holds kind: MemberKind) throws(CorpusFault) -> SetKey {
        let key = SetKey(caseNumber: number, name: name)
        guard let set = sets.first(where: { $0.key == key })?.set else { throw CorpusFault("no IP set \(name)") }
        guard kind == .blocks ? set.triples.isEmpty : set.prefixes.isEmpty else {
            throw CorpusFault("IP set \(name) does not hold \(kind)")
        }
        return key
    }

    enum MemberKind {
        case blocks
        case ports
    }
}
