import Matching
import PacketDecoding

extension ConnectionFacts {
    /// What the flow table makes of a decoded packet; `nil` when the bytes for it are cut off by the snapshot length.
    init?(_ facts: TrackingFacts) {
        guard !facts.isCut else { return nil }
        guard let detail = facts.detail else {
            self = .invalid
            return
        }
        switch detail {
        case .tcp(let flags): self = TCPSegment(flags).map(ConnectionFacts.tcp) ?? .invalid
        case .datagram: self = .datagram
        case .sctp(let sctp):
            self = .sctp(
                SCTPSegment(
                    verificationTag: sctp.verificationTag, firstChunk: sctp.firstChunk,
                    chunks: sctp.chunks.rawValue, initiateTag: sctp.initiateTag))
        case .icmp(let identifier): self = .icmp(identifier: identifier)
        case .icmpError(let quoted):
            self = .icmpError(quoted: quoted.key, identifier: quoted.icmpIdentifier ?? 0)
        case .untracked: self = .untracked
        case .pptp(let call): self = .pptp(call: call)
        case .other: self = .other
        }
    }
}

extension TCPSegment {
    /// The kernel's order: RST, SYN, FIN, ACK. `nil` without any of them.
    init?(_ flags: TCPFlags) {
        if flags.contains(.rst) {
            self = .rst
        } else if flags.contains(.syn) {
            self = flags.contains(.ack) ? .synAck : .syn
        } else if flags.contains(.fin) {
            self = .fin
        } else if flags.contains(.ack) {
            self = .ack
        } else {
            return nil
        }
    }
}
