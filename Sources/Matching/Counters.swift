public import Classification

/// Packets per site, as a flat array indexed by `SiteID`. One worker's own; add several at the end.
public struct Counters: Sendable, Equatable {
    private var packets: [UInt64]

    /// `siteCount`: `MatchTree.sites.count`, which the matcher repeats.
    public init(siteCount: Int) {
        packets = Array(repeating: 0, count: siteCount)
    }

    public subscript(site: SiteID) -> UInt64 { packets[Int(site.value)] }

    public mutating func count(_ site: SiteID) {
        packets[Int(site.value)] &+= 1
    }

    /// Counts every acceptance on the way and the denial.
    public mutating func count(_ judgement: borrowing Judgement) {
        for index in 0..<judgement.count { count(judgement[index].site) }
    }

    /// Sums another worker's counters of the same tree into these.
    public mutating func add(_ other: Counters) {
        precondition(other.packets.count == packets.count, "counters of different trees")
        for index in packets.indices { packets[index] &+= other.packets[index] }
    }
}
