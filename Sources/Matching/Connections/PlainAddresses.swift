import Classification
import NetTypes
import NetworkTopology

/// The IPv4 addresses of a cluster for the batched judge: an open-addressed table, frozen. Owns its memory.
final class PlainAddresses: @unchecked Sendable {
    /// What the loop uses: plain values, good as long as their owner lives.
    struct Table {
        /// Free slots have the endpoint -2.
        fileprivate let slots: FlatArray<PlainRecord>
        /// Inclusive ranges of addresses that no record names and that are not plain all the same.
        fileprivate let odd: FlatArray<UInt64>
    }

    let table: Table
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
        let slots = FlatArray(
            repeating: PlainRecord(address: 0, endpoint: -2, node: -1, selection: 0, isPlain: false), count: size)
        let blocks = loopPrefixes.filter { $0.family == .v4 }
        let odd = FlatArray<UInt64>(repeating: 0, count: blocks.count)
        for (index, block) in blocks.enumerated() {
            let first = UInt32(truncatingIfNeeded: block.address.bits)
            let last = first | (block.length == 0 ? .max : ~(UInt32.max << (32 - UInt32(block.length))))
            odd[index] = UInt64(first) << 32 | UInt64(last)
        }
        table = Table(slots: slots, odd: odd)
        for address in addresses {
            insert(record(address, isService: services.contains(address), tree, nodes))
        }
    }

    deinit {
        table.slots.deallocate()
        table.odd.deallocate()
    }

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
        let slots = table.slots
        var slot = PlainAddresses.hash(record.address) & (slots.count - 1)
        while slots[slot].endpoint != -2 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = record
    }
}

extension PlainAddresses.Table {
    /// Lets the loads of a look-up begin.
    @inline(__always) func prefetch(_ address: UInt32) {
        slots.prefetch(PlainAddresses.hash(address) & (slots.count - 1))
    }

    @inline(__always) subscript(address: UInt32) -> PlainRecord {
        var slot = PlainAddresses.hash(address) & (slots.count - 1)
        while slots[slot].endpoint != -2 {
            if slots[slot].address == address { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return .outside(isPlain: PlainAddresses.isUnicast(address) && !isOdd(address))
    }

    private func isOdd(_ address: UInt32) -> Bool {
        for index in 0..<odd.count {
            if UInt64(address) >= odd[index] >> 32, UInt64(address) <= odd[index] & 0xffff_ffff { return true }
        }
        return false
    }
}

extension PlainAddresses {
    /// Neither multicast nor the broadcast address: those stay on their link.
    @inline(__always) fileprivate static func isUnicast(_ address: UInt32) -> Bool {
        address >> 28 != 0xe && address != .max
    }

    @inline(__always) fileprivate static func hash(_ address: UInt32) -> Int {
        Int(truncatingIfNeeded: (UInt64(address) &* 0x9e37_79b9_7f4a_7c15) >> 32)
    }
}
