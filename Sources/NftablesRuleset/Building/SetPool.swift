import Classification
import NetTypes

/// The named sets that the rules of a table need, each made once and only when a rule reads it.
struct SetPool {
    /// What a rule must know of one family's part of an address set.
    struct AddressView {
        /// `nil` when it has no or several blocks.
        var onlyBlock: IPPrefix?
        /// Without members, for good: the set is not one that others fill.
        var isEmpty: Bool
        var isDynamic: Bool
    }

    private struct Part: Hashable {
        var set: IPSetID
        var family: IPFamily
    }

    private let sources: [IPSet]
    private var views: [Part: AddressView] = [:]
    private var unions: [[IPSetID]: IPSet] = [:]
    /// By the name of the set in the table.
    private var memberProtocols: [String: ProtocolSet] = [:]
    private var sets: [String: NftSet] = [:]

    init(_ sources: [IPSet]) { self.sources = sources }

    /// By name.
    var all: [NftSet] { sets.values.sorted { $0.name < $1.name } }

    mutating func view(_ id: IPSetID, _ family: IPFamily) -> AddressView {
        let part = Part(set: id, family: family)
        if let known = views[part] { return known }
        let blocks = sources[id.value].prefixes(of: family)
        let view = AddressView(
            onlyBlock: blocks.count == 1 ? blocks[0] : nil,
            isEmpty: blocks.isEmpty && sources[id.value].domains == nil,
            isDynamic: sources[id.value].isDynamic)
        views[part] = view
        return view
    }

    /// A hash set when every block is one address, else an interval set; with timeouts when it follows domain names.
    mutating func addresses(_ id: IPSetID, _ family: IPFamily) -> String {
        let source = sources[id.value]
        return named(SetPool.name(source, family), source) {
            if let domains = source.domains {
                return .expiring(family, domains.members.filter { $0.address.family == family })
            }
            let blocks = source.prefixes(of: family)
            return blocks.allSatisfy(\.isSingleAddress)
                ? .addresses(family, blocks.map(\.address)) : .prefixes(family, blocks)
        }
    }

    /// The union of triple sets: one look-up answers whether any of them has the key.
    mutating func union(_ ids: [IPSetID]) -> IPSet {
        let distinct = Set(ids).sorted()
        if let first = distinct.first, distinct.count == 1 { return sources[first.value] }
        if let known = unions[distinct] { return known }
        let parts = distinct.map { sources[$0.value] }
        var union = IPSet(
            addressPorts: parts.flatMap { $0.triples(of: .v4) + $0.triples(of: .v6) },
            isDynamic: parts.contains(where: \.isDynamic), meaning: "")
        union.meanings = Set(parts.flatMap(\.meanings)).sorted()
        unions[distinct] = union
        return union
    }

    mutating func triples(_ id: IPSetID, _ family: IPFamily) -> String { triples(sources[id.value], family) }

    mutating func triples(_ source: IPSet, _ family: IPFamily) -> String {
        named(SetPool.name(source, family), source) { .addressPorts(family, source.triples(of: family)) }
    }

    mutating func memberProtocols(_ id: IPSetID, _ family: IPFamily) -> ProtocolSet {
        memberProtocols(sources[id.value], family)
    }

    /// The protocols of a triple set's members; a packet of another one is never a member.
    mutating func memberProtocols(_ source: IPSet, _ family: IPFamily) -> ProtocolSet {
        let name = SetPool.name(source, family)
        if let known = memberProtocols[name] { return known }
        var protocols = ProtocolSet.none
        for member in source.triples(of: family) { protocols.insert(member.proto) }
        memberProtocols[name] = protocols
        return protocols
    }

    private static func name(_ source: IPSet, _ family: IPFamily) -> String {
        "cali\(family.rawValue)-\(source.name)"
    }

    mutating func ports(_ ranges: [PortRange]) -> String {
        named("cali-ports-" + ContentName.readable(ranges.map(\.description)), nil) { .ports(ranges) }
    }

    mutating func protocols(_ protocols: [IPProtocol]) -> String {
        let name = "cali-protocols-" + ContentName.readable(protocols.map { String($0.rawValue) })
        return named(name, nil) { .protocols(protocols) }
    }

    private mutating func named(_ name: String, _ source: IPSet?, _ contents: () -> NftSet.Contents) -> String {
        if sets[name] == nil {
            let origin = source?.meanings.joined(separator: "; ") ?? ""
            sets[name] = NftSet(name: name, contents: contents(), origin: origin)
        }
        return name
    }

    /// Adds a set made elsewhere.
    mutating func add(_ set: NftSet) { sets[set.name] = set }
}
