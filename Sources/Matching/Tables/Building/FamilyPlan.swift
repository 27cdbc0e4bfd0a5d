import Classification
import NetTypes
import NetworkTopology

/// The tables of one family, before they are laid out in memory: which record an address has, and what each record's
/// programs make of each class of peers.
struct FamilyPlan<Number: FixedWidthInteger & UnsignedInteger & Sendable> {
    /// By number of program; `AddressRecord.evaluate` and `.outside` come first.
    private(set) var programs: [ProgramTable] = []
    private(set) var rows: [Row]
    private(set) var services: ServiceClasses
    private(set) var classCount: Int
    private(set) var columns: ClassColumns
    private(set) var singles: [(address: Number, record: AddressRecord)] = []
    private(set) var regions: [(first: Number, length: UInt8, record: AddressRecord)] = []

    init(_ tree: MatchTree, _ nodes: [FrozenNode], family: IPFamily) {
        var templates = RuleTemplates<Number>(tree, family: family)
        let endpoints = EndpointPlans(tree, nodes, family: family, &templates)
        templates.refuse(FamilyPlan.refusedPrefixes(nodes))
        for triple in templates.atoms.triples { _ = templates.intern(ServiceSet(triple.service)) }
        services = ServiceClasses(templates.services.sets)
        let owned = OwnedAddresses<Number>(tree, family: family)
        let classes = AddressClasses(templates.atoms, singles: owned.addresses)
        classCount = classes.count
        var store = RowStore()
        programs = [Row.evaluate, .notAsked].map { ProgramTable(common: store.number(of: $0), exceptions: []) }
        var compiler = EndpointCompiler(
            endpoints, ProgramSpecializer(templates, classes, services, rows: store), firstNumber: programs.count)
        var next = 0
        for region in classes.regions {
            let isRefused = classes.contains(region.addressClass, AddressAtoms<Number>.refused)
            let outside = isRefused ? AddressRecord.evaluate : AddressRecord.outside
            var result = AddressRecord(peer: region.addressClass, egress: outside, ingress: outside)
            guard Int(region.length) == Number.bitWidth, next < owned.addresses.count,
                owned.addresses[next] == region.first
            else {
                regions.append((region.first, region.length, result))
                continue
            }
            let owner = owned.owners[next]
            next += 1
            result.egress = AddressRecord.evaluate
            result.ingress = AddressRecord.evaluate
            if !isRefused, owner.isPlain, case .endpoint(let index) = owner.owner,
                let programs = compiler.programs(of: index, region.addressClass)
            {
                result.egress = programs.egress
                result.ingress = programs.ingress
            }
            singles.append((region.first, result))
        }
        programs += compiler.tables
        rows = compiler.rows
        columns = ClassColumns(classes, uses: compiler.usesOfAtom, programs: programs.count)
        for index in singles.indices { singles[index].record.peer = columns.peer(singles[index].record.peer) }
        for index in regions.indices { regions[index].record.peer = columns.peer(regions[index].record.peer) }
    }

    /// Where packets take ways of their own, whoever sends them: what stays on a link, and service ranges, of which
    /// nodes drop what nothing translated.
    private static func refusedPrefixes(_ nodes: [FrozenNode]) -> [IPPrefix] {
        let onLink = [
            IPPrefix(IPAddress(v4: 0xe000_0000), length: 4), IPPrefix(host: IPAddress(v4: .max)),
            IPPrefix(IPAddress(v6: 0xfe80 << 112), length: 10), IPPrefix(IPAddress(v6: 0xff << 120), length: 8),
        ]
        return onLink + Set(nodes.map(\.serviceLoopPrefixes)).flatMap { $0 }
    }
}

/// The addresses of one family that belong to somebody, or that a service has: ascending.
private struct OwnedAddresses<Number: FixedWidthInteger & UnsignedInteger & Sendable> {
    struct Owner {
        var owner: Topology.Owner
        /// A workload's own address, which no service listens at and no rule of its interface excepts.
        var isPlain: Bool
    }

    private(set) var addresses: [Number] = []
    private(set) var owners: [Owner] = []

    init(_ tree: MatchTree, family: IPFamily) {
        let topology = tree.topology
        let services = Set(tree.services.entries.keys.map(\.address).filter { $0.family == family })
        var all = services
        for list in [
            topology.endpoints.lazy.flatMap(\.addresses), topology.refused.lazy.flatMap(\.addresses),
        ] {
            all.formUnion(list.filter { $0.family == family })
        }
        all.formUnion(topology.nodes.lazy.flatMap(\.addresses).filter { $0.family == family })
        for address in all.sorted() {
            let owner = topology.owner(of: address)
            var isPlain = !services.contains(address)
            if case .endpoint(let index) = owner {
                isPlain =
                    isPlain
                    && !topology.endpoints[index.value].allowedSourcePrefixes.contains { $0.contains(address) }
            }
            addresses.append(Number(truncatingIfNeeded: address.bits))
            owners.append(Owner(owner: owner, isPlain: isPlain))
        }
    }
}
