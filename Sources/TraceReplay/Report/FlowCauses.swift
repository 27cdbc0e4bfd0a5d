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

    /// Packets that all had one fate.
    init(_ cause: Cause, firstFrame: Int, packets: Int) {
        self.init(cause, firstFrame)
        firstPackets = packets
    }

    /// Packets in all.
    var packets: Int { others.values.reduce(firstPackets, +) }

    /// More packets, in any order of frames: `frame` is the first of them.
    mutating func add(_ cause: Cause, _ frame: Int, _ packets: Int = 1) {
        if cause == first {
            firstPackets += packets
            firstFrame = min(firstFrame, frame)
        } else if frame > firstFrame {
            others[cause, default: 0] += packets
        } else {
            add(FlowCauses(cause, firstFrame: frame, packets: packets))
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
    /// By flow, the frame at which it was met: of a datagram that which completed it.
    private(set) var firstSeen: [FlowLabel: Int] = [:]
    /// Packets whose flow is not listed because the limit was met.
    private(set) var unlisted = 0
    private let limit: Int
    /// New ones are taken while there are fewer.
    private var bound: Int

    init(limit: Int) {
        self.limit = limit
        bound = limit
    }

    /// What is counted until the next call may come in any order: see `ReplayTally.openRound`.
    mutating func openRound() { bound = flows.count < limit ? .max : limit }

    /// - Parameter seen: the frame that is being judged.
    mutating func count(_ label: FlowLabel, _ cause: Cause, _ frame: Int, seen: Int) {
        guard flows.count < bound || flows[label] != nil else {
            unlisted += 1
            return
        }
        if flows[label]?.add(cause, frame) == nil { flows[label] = FlowCauses(cause, frame) }
        if seen < firstSeen[label] ?? .max { firstSeen[label] = seen }
    }

    mutating func merge(_ other: FlowCauseTable) {
        for (label, causes) in other.flows { add(label, causes, firstSeen: other.firstSeen[label] ?? .max) }
        unlisted += other.unlisted
    }

    /// Adds a flow that was counted elsewhere, whatever the limit.
    mutating func add(_ label: FlowLabel, _ causes: FlowCauses<Cause>, firstSeen seen: Int) {
        if flows[label]?.add(causes) == nil { flows[label] = causes }
        firstSeen[label] = min(firstSeen[label] ?? .max, seen)
    }

    /// Packets elsewhere whose flow is not listed.
    mutating func addUnlisted(_ packets: Int) { unlisted += packets }

    /// Keeps to the limit: the flows that were met first.
    mutating func trim() {
        guard flows.count > limit else { return }
        for label in firstSeen.sorted(by: { $0.value < $1.value }).dropFirst(limit).map(\.key) {
            unlisted += flows.removeValue(forKey: label)?.packets ?? 0
            firstSeen[label] = nil
        }
    }
}
