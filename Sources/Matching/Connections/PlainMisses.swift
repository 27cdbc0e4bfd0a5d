import NetTypes

/// The packets of a batch that no connection is known of, as `DecisionTables` takes and answers them. Owns its memory.
final class PlainMisses: @unchecked Sendable {
    /// What the loop uses: plain values, good as long as their owner lives.
    struct Lists {
        /// The packets of a batch that had no line when they were looked at.
        let lineless: FlatArray<Int32>
        fileprivate let sources: FlatArray<UInt32>
        fileprivate let destinations: FlatArray<UInt32>
        fileprivate let services: FlatArray<UInt32>
        let egress: FlatArray<UInt32>
        let ingress: FlatArray<UInt32>

        /// Enters a packet as a miss.
        @inline(__always) func add(_ packet: PlainPacket, _ number: Int) {
            sources[number] = packet.source
            destinations[number] = packet.destination
            services[number] = UInt32(packet.proto) << 16 | UInt32(packet.destinationPort)
        }

        /// Asks the tables about all misses at once.
        func ask(_ tables: DecisionTables, count: Int) {
            unsafe tables.classify4(
                count: count, sources: sources.pointer, destinations: destinations.pointer,
                services: services.pointer, egress: egress.pointer, ingress: ingress.pointer)
        }
    }

    let lists: Lists

    init() {
        func list(_ count: Int) -> FlatArray<UInt32> { FlatArray(repeating: 0, count: count) }
        let size = PlainJudge.batch
        lists = Lists(
            lineless: FlatArray(repeating: 0, count: size), sources: list(size), destinations: list(size),
            services: list(size), egress: list(size), ingress: list(size))
    }

    deinit {
        lists.lineless.deallocate()
        for list in [lists.sources, lists.destinations, lists.services, lists.egress, lists.ingress] {
            list.deallocate()
        }
    }
}
