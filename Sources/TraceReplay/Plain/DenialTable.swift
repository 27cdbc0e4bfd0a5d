import Classification
import Matching
import NetTypes

/// Denied packets by flow, of IPv4 TCP and UDP, of a limited number of flows: those that came first. Owns its memory.
final class DenialTable: @unchecked Sendable {
    /// A flow and what denied its first packet.
    struct Record: BitwiseCopyable {
        var source: UInt32
        var destination: UInt32
        var port: UInt16
        var proto: UInt8
        var isEgress: Bool
        var site: UInt32
        var endpoint: Int32
        /// What else befell packets of the flow stands in `others`.
        var isMixed = false
        /// The frame at which the flow was met, which may not be its first: of a datagram that which completed it.
        var firstSeen: Int
        var firstFrame: Int
        var packets: Int

        @inline(__always) func isSameFlow(_ other: Record) -> Bool {
            source == other.source && destination == other.destination && port == other.port && proto == other.proto
        }

        @inline(__always) func isSameCause(_ other: Record) -> Bool {
            site == other.site && endpoint == other.endpoint && isEgress == other.isEgress
        }

        var label: FlowLabel {
            FlowLabel(
                .ports(
                    IPProtocol(proto), from: IPAddress(v4: source), .max, to: IPAddress(v4: destination), port))
        }

        /// Of a flow with one cause.
        var causes: FlowCauses<Step> { FlowCauses(step, firstFrame: firstFrame, packets: packets) }

        var step: Step {
            Step(SiteID(site), at: .workload(endpoint), isEgress ? .egress : .ingress, accepts: false)
        }
    }

    private var records: FlatArray<Record>
    private var index = ListIndex()
    /// Random, so that no capture can be made to collide.
    private let seed = UInt64.random(in: .min ... .max) | 1
    var count: Int { index.count }
    private(set) var unlisted = 0
    /// Flows with more than one cause, by position.
    private var others: [Int: FlowCauses<Step>] = [:]
    let limit: Int
    /// New ones are taken while there are fewer.
    private var bound: Int

    init(limit: Int) {
        self.limit = min(max(0, limit), ListIndex.largestCount)
        bound = self.limit
        let empty = Record(
            source: 0, destination: 0, port: 0, proto: 0, isEgress: false, site: 0, endpoint: 0, firstSeen: 0,
            firstFrame: 0, packets: 0)
        records = FlatArray(repeating: empty, count: 64)
    }

    /// What is counted until the next call may come in any order: takes all that is new, unless the list is full
    /// already. Whoever puts lists together cuts them to the limit.
    func openRound() { bound = count < limit ? ListIndex.largestCount : limit }

    deinit {
        records.deallocate()
        index.deallocate()
    }

    /// Flows as they are by now.
    struct Flows: Sendable {
        private(set) var records: [Record] = []
        /// Flows with more than one cause, by position.
        private var others: [Int: FlowCauses<Step>] = [:]

        init() {}

        init(_ records: [Record], _ others: [Int: FlowCauses<Step>]) {
            self.records = records
            self.others = others
        }

        func firstFrame(_ position: Int) -> Int { others[position]?.firstFrame ?? records[position].firstFrame }

        func flow(_ position: Int) -> (label: FlowLabel, causes: FlowCauses<Step>) {
            (records[position].label, others[position] ?? records[position].causes)
        }

        /// Adds others, none of which is among these.
        mutating func add(_ flows: Flows) {
            for (position, causes) in flows.others { others[records.count + position] = causes }
            records += flows.records
        }
    }

    /// In the order in which they were entered.
    var flows: Flows { Flows((0..<count).map { records[$0] }, others) }

    /// Denied packets between workloads' ends.
    @inline(__always) func count(_ event: PlainEvent) {
        let new = Record(event)
        let position = position(new)
        guard position >= 0 else {
            unlisted += new.packets
            return
        }
        guard records[position].packets > 0 else {
            records[position] = new
            return
        }
        if !records[position].isMixed, records[position].isSameCause(new) {
            records[position].packets += new.packets
            records[position].firstFrame = min(records[position].firstFrame, event.frame)
        } else {
            mix(new.step, event.frame, new.packets, at: position)
        }
    }

    /// Loads what `count` will read of the index, for no other reason than that it is loaded.
    @inline(__always) func touchIndex(_ event: PlainEvent) -> Int { index.candidate(hash(Record(event))) }

    /// A denied packet of the complete engine, which may be denied elsewhere.
    func count(_ key: FlowKey, _ step: Step, frame: Int, seen: Int) {
        let label = FlowLabel(key)
        var new = Record(
            source: UInt32(truncatingIfNeeded: label.source.bits),
            destination: UInt32(truncatingIfNeeded: label.destination.bits), port: label.port ?? 0,
            proto: key.proto.rawValue, isEgress: step.direction == .egress, site: step.site.value, endpoint: -1,
            firstSeen: seen, firstFrame: frame, packets: 1)
        let position = position(new)
        guard position >= 0 else {
            unlisted += 1
            return
        }
        guard records[position].packets == 0 else {
            records[position].firstSeen = min(records[position].firstSeen, seen)
            mix(step, frame, 1, at: position)
            return
        }
        new.isMixed = true
        records[position] = new
        others[position] = FlowCauses(step, frame)
    }

    private func mix(_ step: Step, _ frame: Int, _ packets: Int, at position: Int) {
        let record = records[position]
        if !record.isMixed {
            others[position] = record.causes
            records[position].isMixed = true
        }
        others[position]?.add(step, frame, packets)
    }

    /// A new position has no packets yet.
    private func position(_ new: Record) -> Int {
        let hash = hash(new)
        let records = records
        let known = index.position(hash) { records[$0].isSameFlow(new) }
        guard known < 0, count < bound else { return known }
        return append(new, hash)
    }

    private func append(_ new: Record, _ hash: UInt32) -> Int {
        let position = count
        if position == records.count { grow() }
        records[position] = new
        records[position].packets = 0
        index.append(hash) { self.hash(records[$0]) }
        return position
    }

    private func grow() {
        let old = records
        records = FlatArray(repeating: old[0], count: old.count * 2)
        for position in 0..<count { records[position] = old[position] }
        old.deallocate()
    }

    @inline(__always) private func hash(_ record: Record) -> UInt32 {
        let pair = UInt64(record.source) << 32 | UInt64(record.destination)
        let rest = UInt64(record.port) << 8 | UInt64(record.proto)
        let product = (pair ^ seed).multipliedFullWidth(by: rest ^ 0x9e37_79b9_7f4a_7c15)
        return UInt32(truncatingIfNeeded: product.high ^ product.low >> 16)
    }
}

extension DenialTable.Record {
    /// The flow is that of `FlowLabel`.
    @inline(__always) init(_ event: PlainEvent) {
        let isAnswer = event.sourcePort < event.destinationPort
        self.init(
            source: isAnswer ? event.destination : event.source,
            destination: isAnswer ? event.source : event.destination,
            port: min(event.sourcePort, event.destinationPort), proto: event.proto, isEgress: event.isEgress,
            site: event.site, endpoint: event.endpoint, firstSeen: event.frame, firstFrame: event.frame,
            packets: Int(event.packets))
    }
}
