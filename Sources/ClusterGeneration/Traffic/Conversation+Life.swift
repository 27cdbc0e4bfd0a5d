/// One packet of a conversation, without addresses.
struct ConversationPacket: Sendable {
    enum Size: Sendable {
        case header
        case data
    }

    let isFromClient: Bool
    /// TCP header flags; 0 for UDP.
    let flags: UInt8
    let size: Size
    let sequence: UInt32
    let acknowledgment: UInt32
}

/// Flags of a TCP header (RFC 9293 3.1).
enum TCPFlag {
    static let fin: UInt8 = 0x01
    static let syn: UInt8 = 0x02
    static let push: UInt8 = 0x08
    static let ack: UInt8 = 0x10
}

extension Conversation {
    /// The next packet of a connection that has `lifetime` of them: SYN, SYN-ACK, ACK, data and acknowledgments, FIN of
    /// the client, FIN of the server, last ACK; then the next connection. `sent` must follow it.
    mutating func nextPacket(lifetime: UInt32, _ random: inout RandomStream) -> ConversationPacket {
        if packets >= lifetime { reopen() }
        let place = packets
        packets &+= 1
        guard isAnswered else { return packet(true, isUDP ? 0 : TCPFlag.syn, isUDP ? .data : .header) }
        guard !isUDP else { return packet(place % 2 == 0, 0, .data) }
        switch place {
        case 0: return packet(true, TCPFlag.syn, .header)
        case 1: return packet(false, TCPFlag.syn | TCPFlag.ack, .header)
        case 2: return packet(true, TCPFlag.ack, .header)
        case lifetime - 3: return packet(true, TCPFlag.fin | TCPFlag.ack, .header)
        case lifetime - 2: return packet(false, TCPFlag.fin | TCPFlag.ack, .header)
        case lifetime - 1: return packet(true, TCPFlag.ack, .header)
        default:
            let isFromClient = random.next() & 1 == 0
            return packet(isFromClient, TCPFlag.push | TCPFlag.ack, .data)
        }
    }

    /// A packet of a connection that has no other in the capture: half of TCP's open it, the rest are data of the client.
    func lonePacket(_ random: inout RandomStream) -> ConversationPacket {
        guard !isUDP else { return packet(true, 0, .data) }
        return random.next() & 1 == 0
            ? packet(true, TCPFlag.syn, .header) : packet(true, TCPFlag.push | TCPFlag.ack, .data)
    }

    private func packet(
        _ isFromClient: Bool, _ flags: UInt8, _ size: ConversationPacket.Size
    ) -> ConversationPacket {
        ConversationPacket(
            isFromClient: isFromClient, flags: flags, size: size,
            sequence: isFromClient ? clientSequence : serverSequence,
            acknowledgment: flags & TCPFlag.ack == 0 ? 0 : isFromClient ? serverSequence : clientSequence)
    }

    /// What was sent counts in the sequence numbers: `bytes` of data, one more for SYN and FIN (RFC 9293 3.4).
    mutating func sent(_ packet: ConversationPacket, bytes: Int) {
        guard isAnswered, !isUDP else { return }
        let phantom: UInt32 = packet.flags & (TCPFlag.syn | TCPFlag.fin) == 0 ? 0 : 1
        let amount = UInt32(truncatingIfNeeded: bytes) &+ phantom
        if packet.isFromClient { clientSequence &+= amount } else { serverSequence &+= amount }
    }
}
