import NetTypes

/// Builds the packets that the corpus speaks of, byte by byte: a TCP SYN or SCTP INIT that opens, the answer that fits
/// it, an ICMP error with its quotation.
public struct TruthPacket {
    /// Probes of the case by id.
    private let probes: [Int: TruthProbe]
    private let translations: [TruthTranslation]

    public init(_ truth: TruthCase) {
        probes = Dictionary(truth.probes.map { ($0.id, $0) }) { first, _ in first }
        translations = truth.translations
    }

    /// The packet as it enters, from the IP header on.
    public func bytes(of probe: TruthProbe) -> [UInt8] {
        let (proto, payload) = transport(of: probe)
        return ip(probe.src, probe.dst, proto, payload)
    }

    /// The probes of a conversation up to and with `probe`, in order: all that lead back to the same first one.
    public func conversation(to probe: TruthProbe) -> [TruthProbe] {
        let root = opener(of: probe).id
        return probes.values.filter { $0.id <= probe.id && opener(of: $0).id == root }.sorted { $0.id < $1.id }
    }

    private func opener(of probe: TruthProbe) -> TruthProbe {
        var probe = probe
        for _ in probes.indices {
            guard let previous = probe.after.flatMap({ probes[$0] }) else { break }
            probe = previous
        }
        return probe
    }

    private func transport(of probe: TruthProbe) -> (UInt8, [UInt8]) {
        let ports = (probe.srcPort ?? 0).wire + (probe.port ?? 0).wire
        switch probe.proto.text {
        case "TCP": return (6, ports + tcp(step(of: probe)))
        case "UDP": return (17, ports + UInt16(16).wire + [0, 0] + filler(8))
        // Coverage 8 (the header); a checksum of 0 would be invalid (RFC 3828).
        case "UDPLite": return (136, ports + UInt16(8).wire + [0xbe, 0xef] + filler(8))
        case "SCTP": return (132, ports + sctp(step(of: probe)))
        case "ICMP": return (1, icmp(probe))
        case "ICMPv6": return (58, icmp(probe))
        case let number: return (UInt8(number) ?? 255, filler(24))
        }
    }

    private enum Step { case opens, answers, goesOn }

    private func step(of probe: TruthProbe) -> Step {
        let first = opener(of: probe)
        guard first.id != probe.id else { return .opens }
        return (first.src, first.dst, first.srcPort) == (probe.src, probe.dst, probe.srcPort) ? .goesOn : .answers
    }

    private func tcp(_ step: Step) -> [UInt8] {
        let syn: UInt8 = 0x02
        let ack: UInt8 = 0x10
        let (sequence, acknowledged, flags): (UInt32, UInt32, UInt8) =
            switch step {
            case .opens: (1000, 0, syn)
            case .answers: (2000, 1001, syn | ack)
            case .goesOn: (1001, 2001, ack)
            }
        return sequence.wire + acknowledged.wire + [0x50, flags] + UInt16(64240).wire + [0, 0, 0, 0]
    }

    /// Verification tag of the packet, checksum, one chunk. Tags: 0x0a0a0a0a from the opener, 0x0b0b0b0b back.
    private func sctp(_ step: Step) -> [UInt8] {
        let opener: UInt32 = 0x0a0a_0a0a
        let answerer: UInt32 = 0x0b0b_0b0b
        let parameters = UInt32(65536).wire + UInt16(10).wire + UInt16(10).wire + UInt32(1).wire
        switch step {
        case .opens: return UInt32(0).wire + [0, 0, 0, 0] + [1, 0, 0, 20] + opener.wire + parameters
        case .answers: return opener.wire + [0, 0, 0, 0] + [2, 0, 0, 20] + answerer.wire + parameters
        case .goesOn: return answerer.wire + [0, 0, 0, 0] + [10, 0, 0, 8] + filler(4)
        }
    }

    /// Without checksum. A translated connection's errors are dropped unless their checksum is right.
    private func icmp(_ probe: TruthProbe) -> [UInt8] {
        let head: [UInt8] = [probe.icmpType ?? 0, probe.icmpCode ?? 0, 0, 0]
        guard let quoted = probe.quotes.flatMap({ probes[$0] }) else {
            // Identifier and sequence number of an echo; neighbour discovery wants 24 bytes in all.
            return head + UInt16(4711).wire + UInt16(1).wire + filler(16)
        }
        // A router reports the packet as it saw it: after translation.
        var seen = quoted
        if let translation = translations.first(where: { $0.applies(to: quoted) }) {
            (seen.dst, seen.port) = (translation.toAddress, translation.toPort)
        }
        return head + [0, 0, 0, 0] + bytes(of: seen)
    }

    private func ip(_ source: String, _ destination: String, _ proto: UInt8, _ payload: [UInt8]) -> [UInt8] {
        guard let from = IPAddress(source), let to = IPAddress(destination) else { return [] }
        var payload = payload
        let length = UInt16(payload.count)
        if proto == 1 || proto == 58 {
            let pseudo = proto == 58 ? from.bytes + to.bytes + UInt32(length).wire + UInt32(proto).wire : []
            payload.replaceSubrange(2..<4, with: checksum(pseudo + payload).wire)
        }
        if to.family == .v6 {
            return [0x60, 0, 0, 0] + length.wire + [proto, 64] + from.bytes + to.bytes + payload
        }
        var header: [UInt8] = [0x45, 0] + (length + 20).wire + [0, 0, 0, 0, 64, proto, 0, 0] + from.bytes + to.bytes
        header.replaceSubrange(10..<12, with: checksum(header).wire)
        return header + payload
    }

    /// RFC 1071, over an even number of bytes.
    private func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum = stride(from: 0, to: bytes.count - 1, by: 2).reduce(UInt32(0)) {
            $0 + UInt32(bytes[$1]) << 8 + UInt32(bytes[$1 + 1])
        }
        while sum > 0xffff { sum = (sum & 0xffff) + sum >> 16 }
        return ~UInt16(truncatingIfNeeded: sum)
    }

    private func filler(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }
}

extension FixedWidthInteger {
    /// Most significant byte first.
    fileprivate var wire: [UInt8] {
        stride(from: bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> Self($0)) }
    }
}
