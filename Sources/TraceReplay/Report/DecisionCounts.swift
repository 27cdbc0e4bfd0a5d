import Classification
import Matching
import NetTypes
import NetworkTopology

/// Packets by what decided them: site and direction, and whether a policy selects the endpoint there (which tells a
/// profile that stands alone from one behind policies). A flat array, since every packet is counted.
struct DecisionCounts: Sendable {
    private var packets: [UInt64]
    /// For each count, the lowest endpoint that it was about; -1: none.
    private var endpoints: [Int32]
    private let isSelected: [(ingress: Bool, egress: Bool)]

    init(_ tree: MatchTree) {
        packets = Array(repeating: 0, count: tree.sites.count * 4)
        endpoints = Array(repeating: -1, count: tree.sites.count * 4)
        isSelected = tree.endpoints.map { programs in
            (
                !tree.programs[programs.ingress.value].tiers.isEmpty,
                !tree.programs[programs.egress.value].tiers.isEmpty
            )
        }
    }

    mutating func count(_ step: Step) {
        let endpoint = step.endpoint?.value
        let selection = endpoint.map { isSelected[$0] }
        let selected = selection.map { step.direction == .ingress ? $0.ingress : $0.egress } ?? false
        let index = Int(step.site.value) * 4 + (step.direction == .egress ? 2 : 0) + (selected ? 1 : 0)
        packets[index] &+= 1
        noteEndpoint(Int32(truncatingIfNeeded: endpoint ?? -1), at: index)
    }

    private mutating func noteEndpoint(_ endpoint: Int32, at index: Int) {
        guard endpoint >= 0 else { return }
        endpoints[index] = endpoints[index] < 0 ? endpoint : min(endpoints[index], endpoint)
    }

    mutating func add(_ other: DecisionCounts) {
        precondition(other.packets.count == packets.count, "tallies of different trees")
        for index in packets.indices {
            packets[index] &+= other.packets[index]
            noteEndpoint(other.endpoints[index], at: index)
        }
    }

    struct Entry {
        var site: SiteID
        var direction: Direction
        /// One of the endpoints; `nil` where none was asked.
        var endpoint: Int?
        var packets: Int
    }

    /// Those that were met, by site.
    var entries: [Entry] {
        packets.indices.filter { packets[$0] > 0 }.map { index in
            Entry(
                site: SiteID(UInt32(index / 4)), direction: index & 2 == 0 ? .ingress : .egress,
                endpoint: endpoints[index] < 0 ? nil : Int(endpoints[index]), packets: Int(packets[index]))
        }
    }
}
