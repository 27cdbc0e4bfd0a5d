/// The packets of one flow by what befell them, the first one's fate apart.
struct FlowCauses<Cause: Hashable & Sendable>: Hashable, Sendable {
    private(set) var firstFrame: Int
    /// What befell the first packet, and how many more.
    private(set) var first: Cause
    private(set) var firstPackets = 1
    /// What else befell packets of the flow.
    private(set) var others: [Cause: Int] = [:]

    init(_ cause: Cause, _ frame: Int) {
        first = cause
        firstFrame = frame
    }

    /// Packets in all.
    var packets: Int { others.values.reduce(firstPackets, +) }

    /// One more packet, in any order of frames.
    mutating func add(_ cause: Cause, _ frame: Int) {
        if cause == first {
            firstPackets += 1
            firstFrame = min(firstFrame, frame)
        } else if frame > firstFrame {
            others[cause, default: 0] += 1
        } else {
            add(FlowCauses(cause, frame))
        }
    }

    mutating func add(_ other: FlowCauses) {
        var all = packetsByCause
        all.merge(other.packetsByCause, uniquingKeysWith: +)
        if other.firstFrame < firstFrame { (firstFrame, first) = (other.firstFrame, other.first) }
        firstPackets = all.removeValue(forKey: first) ?? 0
        others = all
    }

    private var packetsByCause: [Cause: Int] { others.merging([first: firstPackets], uniquingKeysWith: +) }
}

/// Flows with what befell their packets; of a limited number of flows.
struct FlowCauseTable<Cause: Hashable & Sendable>: Sendable {
    private(set) var flows: [FlowLabel: FlowCauses<Cause>] = [:]
    /// Packets whose flow is not listed because the limit was met.
    private(set) var unlisted = 0
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    mutating func count(_ label: FlowLabel, _ cause: Cause, _ frame: Int) {
        guard flows.count < limit || flows[label] != nil else {
            unlisted += 1
            return
        }
        if flows[label]?.add(cause, frame) == nil { flows[label] = FlowCauses(cause, frame) }
    }

    mutating func merge(_ other: FlowCauseTable) {
        for (label, causes) in other.flows where flows[label]?.add(causes) == nil { flows[label] = causes }
        unlisted += other.unlisted
    }
}
