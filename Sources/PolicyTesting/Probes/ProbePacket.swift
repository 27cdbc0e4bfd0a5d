import NetTypes
import PacketDecoding

/// Builds the packets that probes stand for: a TCP SYN or SCTP INIT that opens, the answer that fits it, what follows,
/// an ICMP error with its quotation.
struct ProbePacket {
    let test: ProbeCase

    /// The packet as it enters the node, from the IP header on.
    func bytes(_ probe: ProbesFile.Probe) throws(PolicyTestError) -> [UInt8] {
        guard let key = key(probe) else {
            throw PolicyTestError(message: "probe \(probe.id): unknown protocol \(probe.protocol.text)")
        }
        var options = PacketOptions()
        options.icmpIdentifier = 4711
        if let quoted = probe.quotes.flatMap(test.probe) { options.icmpQuote = try bytes(asSeenByRouters(quoted)) }
        switch step(of: probe) {
        case .opens: break
        case .answers:
            options.tcpFlags = [.syn, .ack]
            (options.tcpSequence, options.tcpAcknowledgement) = (2000, 2)
            options.sctpVerificationTag = 1
            options.sctpChunks = [.initiateAck(tag: 2)]
        case .goesOn:
            options.tcpFlags = .ack
            (options.tcpSequence, options.tcpAcknowledgement) = (2, 2001)
            options.sctpVerificationTag = 2
            options.sctpChunks = [.cookieEcho]
        }
        do throws(PacketEncodingError) {
            return try PacketEncoding.packet(key, options)
        } catch {
            throw PolicyTestError(message: "probe \(probe.id): no packet can be built for \(key): \(error)")
        }
    }

    /// The packet's key as it enters.
    func key(_ probe: ProbesFile.Probe) -> FlowKey? {
        guard let proto = probe.protocol.number else { return nil }
        let (source, destination) = (probe.src.value, probe.dst.value)
        if let type = probe.icmpType, proto == .icmp(of: source.family) {
            // Measured further requests bear code 0 whatever `icmpCode` says: all of them were judged as new, while the
            // kernel calls one with the code of the first request established.
            let isFurtherRequest = step(of: probe) == .goesOn && test.opener(of: probe).icmpType == type
            let code = isFurtherRequest ? 0 : probe.icmpCode ?? 0
            return .icmp(from: source, to: destination, type: type, code: code)
        }
        return proto.hasPorts
            ? .ports(proto, from: source, probe.srcPort ?? 0, to: destination, probe.port ?? 0)
            : .opaque(proto, from: source, to: destination)
    }

    /// Behind the node a packet bears the translated destination.
    private func asSeenByRouters(_ probe: ProbesFile.Probe) -> ProbesFile.Probe {
        guard let translation = test.translation(of: probe) else { return probe }
        var seen = probe
        seen.dst = translation.toAddress
        seen.port = translation.toPort
        seen.after = nil
        return seen
    }

    private enum Step { case opens, answers, goesOn }

    private func step(of probe: ProbesFile.Probe) -> Step {
        let first = test.opener(of: probe)
        guard first.id != probe.id else { return .opens }
        return (first.src, first.dst, first.srcPort) == (probe.src, probe.dst, probe.srcPort) ? .goesOn : .answers
    }
}
