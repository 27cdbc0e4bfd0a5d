import Classification
import NetTypes
import NetworkTopology

/// The IPv4 addresses of a cluster for the batched judge: an open-addressed table, frozen. Owns its memory.
final class PlainAddresses: @unchecked Sendable {
    /// Free slots have the endpoint -2.
    private let slots: FlatArray<PlainRecord>
    /// What no record names but is not plain all the same.
    private let loopPrefixes: [IPPrefix]

    init(_ tree: MatchTree, _ nodes: [FrozenNode]) {
        let topology = tree.topology
        loopPrefixes = Array(Set(nodes.flatMap(\.serviceLoopPrefixes)))
        let services = Set(tree.services.entries.keys.map(\.address))
        let addresses = services.union(topology.endpoints.flatMap(\.addresses))
            .union(topology.nodes.flatMap(\.addresses)).union(topology.refused.flatMap(\.addresses))
            .filter { $0.family == .v4 }
        var size = 16
        while size < addresses.count * 2 { size *= 2 }
        slots = FlatArray(
            repeating: PlainRecord(address: 0, endpoint: -2, node: -1, selection: 0, isPlain: false), count: size)
        for address in addresses {
            insert(record(address, isService: services.contains(address), tree, nodes))
        }
    }

    deinit { slots.deallocate() }

    private func record(
        _ address: IPAddress, isService: Bool, _ tree: MatchTree, _ nodes: [FrozenNode]
    ) -> PlainRecord {
        var record = PlainRecord.outside(isPlain: false)
        record.address = UInt32(truncatingIfNeeded: address.bits)
        guard case .endpoint(let index) = tree.topology.owner(of: address) else { return record }
        let endpoint = tree.topology.endpoints[index.value]
        let programs = tree.endpoints[index.value]
        record.endpoint = Int32(truncatingIfNeeded: index.value)
        record.node = Int32(truncatingIfNeeded: endpoint.node.value)
        record.selection =
            (tree.programs[programs.egress.value].tiers.isEmpty ? 0 : 1)
            | (tree.programs[programs.ingress.value].tiers.isEmpty ? 0 : 2)
        record.isPlain =
            !isService && nodes[endpoint.node.value].hosts.isEmpty && PlainAddresses.isUnicast(record.address)
            && !endpoint.allowedSourcePrefixes.contains { $0.contains(address) }
            && !loopPrefixes.contains { $0.contains(address) }
        return record
    }

    private func insert(_ record: PlainRecord) {
        var slot = PlainAddresses.hash(record.address) & (slots.count - 1)
        while slots[slot].endpoint != -2 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = record
    }

    @inline(__always) subscript(address: UInt32) -> PlainRecord {
        var slot = PlainAddresses.hash(address) & (slots.count - 1)
        while slots[slot].endpoint != -2 {
            if slots[slot].address == address { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return .outside(isPlain: PlainAddresses.isUnicast(address) && !isLoop(address))
    }

    @inline(__always) private func isLoop(_ address: UInt32) -> Bool {
        loopPrefixes.isEmpty ? false : loopPrefixes.contains { $0.contains(IPAddress(v4: address)) }
    }

    /// Neither multicast nor the broadcast address: those stay on their link.
    @inline(__always) private static func isUnicast(_ address: UInt32) -> Bool {
        address >> 28 != 0xe && address != .max
    }

    @inline(__always) private static func hash(_ address: UInt32) -> Int {
        Int(truncatingIfNeeded: (UInt64(address) &* 0x9e37_79b9_7f4a_7c15) >> 32)
    }
}
