import NetTypes

extension Defragmenter {
    /// `ip_frag_queue` and `ip_frag_reasm` of net/ipv4/ip_fragment.c.
    mutating func addIPv4(
        _ packet: DecodedPacket, _ bytes: Span<UInt8>, frame: Int, scope: UInt32
    ) -> FragmentOutcome {
        let network = packet.network
        let key = Key(
            scope: scope, source: network.source, destination: network.destination,
            identification: network.fragment.identification, proto: network.proto.rawValue)
        let count = countFragment(of: key)
        if let before = count.before, count.now - before > Defragmenter.maximumDistance {
            fail(key, .disorder)
        }
        var queue = queue(for: key, sourceCount: count.now)
        queue.sourceCount = count.now

        let headerLength = packet.transport.offset - network.offset
        let start = network.fragment.dataOffset
        var end = start + network.length - headerLength
        let isLast = !network.fragment.moreFollow
        if !isLast { end &= ~7 }
        guard queue.noteEnd(end, isLast: isLast) else {
            fail(queue, .conflictingEnd, alsoFrame: frame)
            return .held
        }
        guard end > start else {
            fail(queue, .empty, alsoFrame: frame)
            return .held
        }

        let data = captured(bytes, from: packet.transport.offset, count: end - start, of: packet)
        let head = start == 0 ? captured(bytes, from: network.offset, count: headerLength, of: packet) : []
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
        let firstHeaderLength = first.transport.offset - first.network.offset
        guard let totalLength = UInt16(exactly: firstHeaderLength + queue.end) else {
            fail(queue, .tooLong)
            return .held
        }
        var header = queue.head
        header[1] |= queue.addedMark
        header.replaceSubrange(2..<4, with: totalLength.bigEndianBytes)
        header.replaceSubrange(6..<8, with: [0, 0])
        header.replaceSubrange(10..<12, with: [0, 0])
        header.replaceSubrange(10..<12, with: InternetChecksum.of(header).bigEndianBytes)
        let isHeaderWhole = header.count == firstHeaderLength
        return assemble(
            queue, first, header + (isHeaderWhole ? queue.capturedPayload() : []), length: Int(totalLength))
    }

    /// Decodes the datagram; the bytes it lacks count as cut by the snapshot length.
    mutating func assemble(
        _ queue: FragmentQueue, _ first: DecodedPacket, _ bytes: [UInt8], length: Int
    ) -> FragmentOutcome {
        let decoder = FrameDecoder(first.network.family == .v4 ? .ipv4 : .ipv6)
        do throws(DecodeError) {
            var packet = try decoder.decode(bytes.span, originalLength: length)
            packet.link = first.link
            return .complete(
                ReassembledDatagram(
                    packet: packet, bytes: bytes, frames: queue.frames, duplicates: queue.duplicates))
        } catch {
            preconditionFailure("a reassembled header was decoded before: \(error)")
        }
    }

    /// Up to `count` bytes of the packet from `offset` on, as far as they are in the capture.
    func captured(_ bytes: Span<UInt8>, from offset: Int, count: Int, of packet: DecodedPacket) -> [UInt8] {
        let end = min(offset + count, packet.network.offset + packet.network.capturedLength, bytes.count)
        guard offset < end else { return [] }
        var result: [UInt8] = []
        result.reserveCapacity(end - offset)
        for index in offset..<end { result.append(bytes[index]) }
        return result
    }
}
