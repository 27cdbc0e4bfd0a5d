import NetTypes
import NetworkTopology

/// Who has an address: the topology's and the services' answer, frozen for one probe per packet and end.
///
/// ```
/// slots[hash & mask …] ─▶ address, family, owner, whether a service listens there; owner free: nobody's
/// ```
struct AddressBook: Sendable {
    private struct Slot {
        var address: UInt128
        var family: IPFamily
        var isService: Bool
        /// Endpoints from 0 on, refused ones behind them, nodes from -2 down, -1: outside.
        var owner: Int32
        var isTaken: Bool
    }

    /// By endpoint index.
    private let endpointNodes: [NodeIndex]
    let nodeCount: Int
    private let topology: Topology
    private var slots: [Slot]

    init(_ topology: Topology, _ services: ServiceTable) {
        self.topology = topology
        endpointNodes = topology.endpoints.map(\.node)
        nodeCount = topology.nodes.count
        let serviceAddresses = Set(services.entries.keys.map(\.address))
        let addresses = serviceAddresses.union(topology.endpoints.flatMap(\.addresses))
            .union(topology.nodes.flatMap(\.addresses)).union(topology.refused.flatMap(\.addresses))
        var size = 16
        while size < addresses.count * 2 { size *= 2 }
        slots = Array(
            repeating: Slot(address: 0, family: .v4, isService: false, owner: -1, isTaken: false), count: size)
        for address in addresses {
            let owner: Int32 =
                switch topology.owner(of: address) {
                case .endpoint(let index): Int32(truncatingIfNeeded: index.value)
                case .node(let index): -2 - Int32(truncatingIfNeeded: index.value)
                case .refused(let index): Int32(truncatingIfNeeded: topology.endpoints.count + index)
                case .outside: -1
                }
            insert(
                Slot(
                    address: address.bits, family: address.family, isService: serviceAddresses.contains(address),
                    owner: owner, isTaken: true))
        }
    }

    func owner(of address: IPAddress) -> Topology.Owner {
        let owner = slots[slot(of: address.bits, address.family)].owner
        if owner >= 0 {
            let count = endpointNodes.count
            return Int(owner) < count ? .endpoint(EndpointIndex(Int(owner))) : .refused(Int(owner) - count)
        }
        return owner == -1 ? .outside : .node(NodeIndex(-2 - Int(owner)))
    }

    /// Whether a service listens on some port of this address.
    func isService(_ address: IPAddress) -> Bool { slots[slot(of: address.bits, address.family)].isService }

    /// The node that an owner is at; `nil` outside.
    func node(of owner: Topology.Owner) -> NodeIndex? {
        switch owner {
        case .endpoint(let index): endpointNodes[index.value]
        case .node(let index): index
        case .refused(let index): topology.refused[index].node
        case .outside: nil
        }
    }

    /// How a node reaches an address.
    func attachment(of address: IPAddress, ownedBy owner: Topology.Owner, at node: NodeIndex) -> Attachment {
        topology.attachment(of: address, ownedBy: owner, at: node)
    }

    /// The slot that holds the address, or the free one where it would be.
    private func slot(of address: UInt128, _ family: IPFamily) -> Int {
        let mask = slots.count - 1
        var slot = AddressBook.hash(address) & mask
        while slots[slot].isTaken, slots[slot].address != address || slots[slot].family != family {
            slot = (slot + 1) & mask
        }
        return slot
    }

    private mutating func insert(_ entry: Slot) {
        slots[slot(of: entry.address, entry.family)] = entry
    }

    private static func hash(_ address: UInt128) -> Int {
        var z = UInt64(truncatingIfNeeded: address) ^ UInt64(truncatingIfNeeded: address >> 64) &* 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int(truncatingIfNeeded: z ^ (z >> 31))
    }
}
