import Classification
import Matching
import NetTypes
import NetworkTopology

/// Packets by what decided them: site, direction and stage, and whether a policy selects the endpoint there (which tells
/// a profile that stands alone from one behind policies). A flat array, since every packet is counted.
struct DecisionCounts: Sendable {
    private var packets: [UInt64]
    /// For each count, the lowest endpoint that it was about.
    private var asked: [Asked]
    private let workloads: [Selected]
    private let hosts: [Selected]

    private struct Selected: Sendable {
        var ingress: Bool
        var egress: Bool

        init(_ programs: EndpointPrograms, _ tree: MatchTree) {
            ingress = !tree.programs[programs.ingress.value].tiers.isEmpty
            egress = !tree.programs[programs.egress.value].tiers.isEmpty
        }
    }

    /// Stages, directions, selected or not.
    private static let countsPerSite = PolicyStage.allCases.count * 4

    init(_ tree: MatchTree) {
        packets = Array(repeating: 0, count: tree.sites.count * Self.countsPerSite)
        asked = Array(repeating: .nothing, count: tree.sites.count * Self.countsPerSite)
        workloads = tree.endpoints.map { Selected($0, tree) }
        hosts = tree.hostEndpoints.map { Selected($0.normal, tree) }
    }

    mutating func count(_ step: Step) {
        let selection: Selected? =
            switch step.asked {
            case .workload(let index): workloads[Int(index)]
            case .host(let index): hosts[Int(index)]
            case .nothing: nil
            }
        let selected = selection.map { step.direction == .ingress ? $0.ingress : $0.egress } ?? false
        let index =
            Int(step.site.value) * Self.countsPerSite + Int(step.stage.rawValue) * 4
            + (step.direction == .egress ? 2 : 0) + (selected ? 1 : 0)
        packets[index] &+= 1
        note(step.asked, at: index)
    }

    private mutating func note(_ new: Asked, at index: Int) { asked[index] = asked[index].lower(new) }

    mutating func add(_ other: DecisionCounts) {
        precondition(other.packets.count == packets.count, "tallies of different trees")
        for index in packets.indices {
            packets[index] &+= other.packets[index]
            note(other.asked[index], at: index)
        }
    }

    /// Adds the counts of a batched judge, which are all about workload endpoints.
    mutating func add(_ cells: SiteCells) {
        cells.visit { site, isEgress, isSelected, cell in
            let index =
                Int(site) * Self.countsPerSite + Int(PolicyStage.normal.rawValue) * 4 + (isEgress ? 2 : 0)
                + (isSelected ? 1 : 0)
            packets[index] &+= cell.packets
            note(.workload(cell.lowest), at: index)
        }
    }

    struct Entry {
        /// At one of the endpoints that were asked.
        var step: Step
        var packets: Int
    }

    /// Those that were met, by site.
    func entries(_ tree: MatchTree) -> [Entry] {
        packets.indices.filter { packets[$0] > 0 }.map { index in
            let site = SiteID(UInt32(index / Self.countsPerSite))
            let stage = PolicyStage(rawValue: UInt8(index % Self.countsPerSite / 4)) ?? .normal
            return Entry(
                step: Step(
                    site, at: asked[index], index & 2 == 0 ? .ingress : .egress, stage, accepts: tree.accepts(site)),
                packets: Int(packets[index]))
        }
    }
}

extension Asked {
    /// Workload endpoints before host endpoints before nothing; of two alike the one with the lower number.
    fileprivate func lower(_ other: Asked) -> Asked {
        switch (self, other) {
        case (.workload(let a), .workload(let b)): .workload(min(a, b))
        case (.workload, _): self
        case (_, .workload): other
        case (.host(let a), .host(let b)): .host(min(a, b))
        case (.host, .nothing): self
        case (.nothing, _): other
        }
    }
}
