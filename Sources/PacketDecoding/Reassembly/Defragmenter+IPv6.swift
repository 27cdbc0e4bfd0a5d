import NetTypes

extension Defragmenter {
    /// `nf_ct_frag6_gather` and following of net/ipv6/netfilter/nf_conntrack_reasm.c. Where it returns 0, the fragment
    /// goes on alone; where it kills only the fragment, the queue lives on.
    mutating func addIPv6(
        _ packet: DecodedPacket, _ bytes: Span<UInt8>, frame: Int, scope: UInt32
    ) -> FragmentOutcome {
        let network = packet.network
        guard let headerOffset = network.fragment.headerOffset, let announcedAt = network.fragment.announcedAt
        else { return .notFragment }
        let payloadLength = network.length - IPv6Layout.headerLength
        guard (1...0xffff).contains(payloadLength), !isTransportTruncated(packet) else { return .passedAlone }

        let dataStart = headerOffset + IPv6Layout.fragmentHeaderLength
        let start = network.fragment.dataOffset
        let end = start + network.offset + network.length - dataStart
        guard end <= 0xffff else { return .passedAlone }

        let key = Key(
            scope: scope, source: network.source, destination: network.destination,
            identification: network.fragment.identification, proto: 0)
        var queue = queue(for: key)
        let isLast = !network.fragment.moreFollow
        if !isLast, end % 8 != 0 {
            fail(queue, .misaligned)
            return .passedAlone
        }
        guard queue.noteEnd(end, isLast: isLast) else {
            fail(frame: frame, .conflictingEnd)
            keep(queue, for: key)
            return .held
        }
        guard end > start else {
            fail(frame: frame, .empty)
            keep(queue, for: key)
            return .held
        }

        let data = captured(bytes, from: dataStart, count: end - start, of: packet)
        var head: [UInt8] = []
        if start == 0 {
            head = captured(bytes, from: network.offset, count: headerOffset - network.offset, of: packet)
            head[announcedAt - network.offset] = bytes[headerOffset]
        }
        switch queue.insert(start..<end, data, head: head, of: packet, frame: frame) {
        case .overlap:
            fail(queue, .overlap, alsoFrame: frame)
            return .held
        case .duplicate:
            // Even when it says first that the datagram ends here: the kernel looks for completion only after a new one.
            keep(queue, for: key)
            return .held
        case .inserted:
            break
        }
        guard queue.isComplete, let first = queue.first else {
            keep(queue, for: key)
            return .held
        }
        guard !queue.hasImpossibleMarks else {
            fail(queue, .congestionMarks)
            return .held
        }
        let extensions = queue.head.count - IPv6Layout.headerLength
        guard let payload = UInt16(exactly: extensions + queue.end) else {
            fail(queue, .tooLong)
            return .held
        }
        var header = queue.head
        header[1] |= queue.addedMark << 4
        header.replaceSubrange(4..<6, with: payload.bigEndianBytes)
        return assemble(
            queue, first, header + queue.capturedPayload(), length: IPv6Layout.headerLength + Int(payload))
    }

    /// RFC 8200 4.5 wants all headers in the first fragment (`ipv6frag_thdr_truncated`, which does not mind a chain that
    /// leads nowhere).
    private func isTransportTruncated(_ packet: DecodedPacket) -> Bool {
        guard packet.network.fragment.position != .later, packet.network.extensions == .complete else { return false }
        let needed =
            switch packet.network.proto {
            case .tcp: 20
            case .udp, .icmpv6: 8
            case IPProtocol(IPv6Layout.noNextHeader): 0
            default: 1
            }
        return packet.transport.length < needed
    }
}
