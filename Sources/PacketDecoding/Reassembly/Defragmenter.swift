import NetTypes

/// Puts IP fragments together as Linux does before connection tracking and every rule (`ip_defrag`,
/// `nf_ct_frag6_gather`; Linux 6.18): per source, destination and identification (IPv4: and protocol), dropping the
/// whole datagram when fragments overlap in part, after 30 s (IPv4) or 60 s (IPv6) of capture time.
///
/// Feed it every IP packet in the order of the capture; ask for the failures by `takeIncomplete()`, and at the end by
/// `finish()`. Its memory is bounded by `Limits`: unlike the kernel, which refuses new fragments then, it gives up the
/// oldest datagrams. Both mean that nobody judges them.
public struct Defragmenter: Sendable {
    public struct Limits: Hashable, Sendable {
        /// Datagrams under construction.
        public var datagrams = 16_384
        /// Bytes of fragments kept, with overhead.
        public var bytes = 64 << 20

        public init() {}
    }

    static let ipv4Timeout: Int64 = 30_000_000_000
    static let ipv6Timeout: Int64 = 60_000_000_000
    /// `net.ipv4.ipfrag_max_dist`.
    static let maximumDistance = 64
    /// `inet_peer` keeps about as many sources before it forgets.
    private static let maximumSources = 65_536

    struct Key: Hashable {
        var scope: UInt32
        var source: IPAddress
        var destination: IPAddress
        var identification: UInt32
        /// 0 for IPv6, where the kernel leaves it out.
        var proto: UInt8
    }

    private struct Source: Hashable {
        var scope: UInt32
        var address: IPAddress
    }

    public let limits: Limits
    /// Datagrams given up because of `limits` so far.
    public private(set) var evictions = 0

    private var queues: [Key: FragmentQueue] = [:]
    private var ipv4Ages = AgeList()
    private var ipv6Ages = AgeList()
    private var sourceCounts: [Source: Int] = [:]
    private var serial = 0
    private var bytesHeld = 0
    private var now = Int64.min
    private var incomplete: [IncompleteDatagram] = []

    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Datagrams under construction.
    public var pendingDatagrams: Int { queues.count }

    /// Takes the next packet of a capture.
    ///
    /// - Parameters:
    ///   - packet: as decoded from `bytes`.
    ///   - frame: its number in the capture, to name it later.
    ///   - timestamp: nanoseconds since any fixed moment. Time never runs backwards here: an earlier time than the
    ///     latest one seen counts as that.
    ///   - scope: keeps places apart whose fragments don't meet, such as the two sides of a router in an `any` capture.
    public mutating func add(
        _ packet: DecodedPacket, bytes: Span<UInt8>, frame: Int, timestamp: Int64, scope: UInt32 = 0
    ) -> FragmentOutcome {
        now = max(now, timestamp)
        expire()
        guard packet.network.fragment.needsReassembly, packet.network.defect == nil else { return .notFragment }
        let outcome =
            switch packet.network.family {
            case .v4: addIPv4(packet, bytes, frame: frame, scope: scope)
            case .v6: addIPv6(packet, bytes, frame: frame, scope: scope)
            }
        evict()
        return outcome
    }

    /// Time passes with packets that are no fragments and are not shown to `add`.
    public mutating func advance(to timestamp: Int64) {
        now = max(now, timestamp)
        expire()
    }

    /// The datagrams that failed since the last call.
    public mutating func takeIncomplete() -> [IncompleteDatagram] {
        defer { incomplete = [] }
        return incomplete
    }

    /// The end of the capture: everything that is still incomplete fails. Returns what `takeIncomplete()` would.
    public mutating func finish() -> [IncompleteDatagram] {
        for key in queues.sorted(by: { $0.value.serial < $1.value.serial }).map(\.key) {
            fail(key, .endOfCapture)
        }
        ipv4Ages = AgeList()
        ipv6Ages = AgeList()
        return takeIncomplete()
    }

    // MARK: - Queues, for the two families' own rules

    /// The queue of `key`, a new one if there is none. Put it back by `keep`.
    mutating func queue(for key: Key, sourceCount: Int = 0) -> FragmentQueue {
        if let queue = queues.removeValue(forKey: key) {
            bytesHeld -= queue.cost
            return queue
        }
        serial += 1
        let entry = AgeList.Entry(key: key, serial: serial, createdAt: now)
        switch key.source.family {
        case .v4: ipv4Ages.append(entry)
        case .v6: ipv6Ages.append(entry)
        }
        return FragmentQueue(serial: serial, createdAt: now, sourceCount: sourceCount)
    }

    mutating func keep(_ queue: FragmentQueue, for key: Key) {
        bytesHeld += queue.cost
        queues[key] = queue
    }

    /// Fails a queue that is in keeping.
    mutating func fail(_ key: Key, _ reason: IncompleteDatagram.Reason) {
        guard let queue = queues.removeValue(forKey: key) else { return }
        bytesHeld -= queue.cost
        fail(queue, reason)
    }

    /// Fails a queue that was taken out, and frames beside it.
    mutating func fail(_ queue: FragmentQueue, _ reason: IncompleteDatagram.Reason, alsoFrame frame: Int? = nil) {
        let frames = queue.allFrames + (frame.map { [$0] } ?? [])
        guard !frames.isEmpty else { return }
        incomplete.append(IncompleteDatagram(reason: reason, frames: frames))
    }

    /// Fails one frame by itself; its datagram may still come together.
    mutating func fail(frame: Int, _ reason: IncompleteDatagram.Reason) {
        incomplete.append(IncompleteDatagram(reason: reason, frames: [frame]))
    }

    /// Number of fragments of this source so far, this one included, and the number when the last one of the queue of
    /// `key` came, if there is such a queue.
    mutating func countFragment(of key: Key) -> (now: Int, before: Int?) {
        let source = Source(scope: key.scope, address: key.source)
        if sourceCounts.count >= Defragmenter.maximumSources, sourceCounts[source] == nil { sourceCounts = [:] }
        let count = sourceCounts[source, default: 0] + 1
        sourceCounts[source] = count
        return (count, queues[key]?.sourceCount)
    }

    // MARK: - Time and memory

    private mutating func expire() {
        while let age = ipv4Ages.oldest, isOver(age, Defragmenter.ipv4Timeout) {
            ipv4Ages.removeOldest()
            fail(age, .timeout)
        }
        while let age = ipv6Ages.oldest, isOver(age, Defragmenter.ipv6Timeout) {
            ipv6Ages.removeOldest()
            fail(age, .timeout)
        }
    }

    private func isOver(_ age: AgeList.Entry, _ timeout: Int64) -> Bool {
        let (deadline, overflow) = age.createdAt.addingReportingOverflow(timeout)
        return !overflow && now >= deadline
    }

    /// Fails the queue of an entry unless it is gone or another one by now; true if it was there.
    @discardableResult
    private mutating func fail(_ age: AgeList.Entry, _ reason: IncompleteDatagram.Reason) -> Bool {
        guard queues[age.key]?.serial == age.serial else { return false }
        fail(age.key, reason)
        return true
    }

    private mutating func evict() {
        while queues.count > limits.datagrams || bytesHeld > limits.bytes, let age = removeOldestAge() {
            if fail(age, .evicted) { evictions += 1 }
        }
        // Finished datagrams leave entries behind; keep those within twice the number of queues.
        if ipv4Ages.count + ipv6Ages.count > 2 * queues.count + 64 {
            let queues = queues
            ipv4Ages.removeAll { queues[$0.key]?.serial != $0.serial }
            ipv6Ages.removeAll { queues[$0.key]?.serial != $0.serial }
        }
    }

    private mutating func removeOldestAge() -> AgeList.Entry? {
        switch (ipv4Ages.oldest, ipv6Ages.oldest) {
        case (let v4?, let v6?) where v4.serial < v6.serial:
            ipv4Ages.removeOldest()
            return v4
        case (let v4?, nil):
            ipv4Ages.removeOldest()
            return v4
        case (_, let v6):
            ipv6Ages.removeOldest()
            return v6
        }
    }
}
