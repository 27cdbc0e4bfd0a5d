import NetTypes
import NetworkTopology
import PacketDecoding

/// Recognizes the copies that an `any` capture holds of a forwarded packet: as received, as sent, and on bridges in
/// between. A copy bears the same bytes but for hop count and checksums, and the addresses that service translation
/// exchanges; it shows up within a second at another interface or in the other direction.
///
/// Source translation of outgoing traffic (masquerading) is not undone: such a packet is judged again, as the node's.
struct CopyFolder: Sendable {
    /// The first sight of a packet.
    struct Sighting: Sendable {
        var frame: Int
        var key: FlowKey
        var outcome: SideBySideOutcome
    }

    private struct Trail {
        var sighting: Sighting
        var time: Int64
        /// Where it was seen already.
        var taps: [UInt64]
    }

    private struct Age {
        var fingerprint: Int
        var time: Int64
    }

    private static let window: Int64 = 1_000_000_000
    private static let capacity = 65_536

    private let services: ServiceTable
    private var trails: [Int: Trail] = [:]
    private var ages: [Age] = []
    private var head = 0

    init(services: ServiceTable) {
        self.services = services
    }

    /// The first sight of this packet, if it is a copy.
    mutating func original(
        of packet: DecodedPacket, _ key: FlowKey, fingerprint: Int, time: Int64
    ) -> Sighting? {
        forget(before: time)
        let tap = CopyFolder.tap(packet.link)
        guard var trail = trails[fingerprint], !trail.taps.contains(tap), isSame(trail.sighting, key) else {
            return nil
        }
        trail.taps.append(tap)
        trails[fingerprint] = trail
        return trail.sighting
    }

    mutating func remember(
        _ packet: DecodedPacket, _ sighting: Sighting, fingerprint: Int, time: Int64
    ) {
        trails[fingerprint] = Trail(sighting: sighting, time: time, taps: [CopyFolder.tap(packet.link)])
        ages.append(Age(fingerprint: fingerprint, time: time))
    }

    private func isSame(_ sighting: Sighting, _ key: FlowKey) -> Bool {
        if sighting.key == key { return true }
        // The copy behind translation tells which backend it was: better than an undecided answer.
        guard sighting.outcome.now.verdict != .undecided else { return false }
        return isTranslated(sighting.key, into: key) || isTranslated(key.reversed, into: sighting.key.reversed)
    }

    private func isTranslated(_ sent: FlowKey, into seen: FlowKey) -> Bool {
        guard sent.source == seen.source, sent.sourcePort == seen.sourcePort,
            let entry = services.entry(for: sent)
        else { return false }
        return entry.backends.contains(
            ServiceTable.Backend(address: seen.destination, port: seen.destinationPort))
    }

    private mutating func forget(before time: Int64) {
        while head < ages.count {
            let age = ages[head]
            let (elapsed, overflow) = time.subtractingReportingOverflow(age.time)
            guard ages.count - head > CopyFolder.capacity || overflow || elapsed > CopyFolder.window else { break }
            if trails[age.fingerprint]?.time == age.time { trails[age.fingerprint] = nil }
            head += 1
        }
        if head > 4096, head * 2 > ages.count {
            ages.removeFirst(head)
            head = 0
        }
    }

    /// Interface and direction as one number.
    private static func tap(_ link: LinkFacts) -> UInt64 {
        UInt64(link.interfaceIndex ?? 0) << 16 | UInt64(link.packetType?.rawValue ?? 0)
    }
}

extension CopyFolder {
    /// What stays the same while a packet is forwarded: everything but addresses, ports, hop count and checksums.
    static func fingerprint(_ packet: DecodedPacket, in bytes: Span<UInt8>) -> Int {
        let network = packet.network
        let transport = packet.transport
        var hasher = Hasher()
        hasher.combine(network.family)
        hasher.combine(network.proto)
        hasher.combine(network.length)
        hasher.combine(network.fragment.identification)
        let start = transport.offset
        let end = min(bytes.count, start + transport.capturedLength)
        let skipped = skippedBytes(network.proto, network.family)
        var offset = start
        while offset < end {
            let place = offset - start
            if !(transport.view == .ports && place < 4), !skipped.contains(place) { hasher.combine(bytes[offset]) }
            offset += 1
        }
        return hasher.finalize()
    }

    /// Of the transport header: its checksum.
    private static func skippedBytes(_ proto: IPProtocol, _ family: IPFamily) -> Range<Int> {
        switch proto {
        case .tcp: 16..<18
        case .udp, .udplite: 6..<8
        case .sctp: 8..<12
        case .icmp(of: family): 2..<4
        default: 0..<0
        }
    }
}

extension FlowKey {
    fileprivate var reversed: FlowKey {
        var key = self
        (key.source, key.destination) = (destination, source)
        (key.sourcePort, key.destinationPort) = (destinationPort, sourcePort)
        return key
    }
}
