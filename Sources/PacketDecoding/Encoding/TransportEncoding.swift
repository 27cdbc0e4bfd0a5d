import NetTypes

/// The transport header and payload of a flow key, with checksum.
enum TransportEncoding {
    static func segment(_ key: FlowKey, _ options: PacketOptions) throws(PacketEncodingError) -> [UInt8] {
        let isICMP = key.proto == .icmp(of: key.family)
        switch key.transport {
        case .unreadable:
            return options.payload.count < 4 ? options.payload : []
        case .opaque:
            guard !key.proto.hasPorts, !isICMP else { throw .impossibleTransport }
            return options.payload.isEmpty ? [UInt8](repeating: 0, count: 8) : options.payload
        case .icmp:
            guard isICMP else { throw .impossibleTransport }
            return icmp(key, options)
        case .ports:
            switch key.proto {
            case .tcp: return tcp(key, options)
            case .udp: return udp(key, options)
            case .udplite: return udpLite(key, options)
            case .sctp: return sctp(key, options)
            case .dccp: return dccp(key, options)
            default: throw .impossibleTransport
            }
        }
    }

    private static func ports(_ key: FlowKey) -> [UInt8] {
        key.sourcePort.bigEndianBytes + key.destinationPort.bigEndianBytes
    }

    /// Puts the Internet checksum over pseudo header and segment at `offset`.
    private static func sealed(_ segment: [UInt8], checksumAt offset: Int, _ key: FlowKey) -> [UInt8] {
        let checksum = InternetChecksum.ofTransport(
            segment, proto: key.proto, from: key.source, to: key.destination)
        return replacing(segment, at: offset, with: checksum)
    }

    private static func replacing(_ segment: [UInt8], at offset: Int, with checksum: UInt16) -> [UInt8] {
        var result = segment
        result.replaceSubrange(offset..<(offset + 2), with: checksum.bigEndianBytes)
        return result
    }

    /// RFC 9293: ports, sequence, acknowledgement, offset and flags, window, checksum, urgent pointer.
    private static func tcp(_ key: FlowKey, _ options: PacketOptions) -> [UInt8] {
        let headerWords: UInt16 = 5
        var segment = ports(key)
        segment += options.tcpSequence.bigEndianBytes
        segment += options.tcpAcknowledgement.bigEndianBytes
        segment += (headerWords << 12 | options.tcpFlags.rawValue & 0x0fff).bigEndianBytes
        segment += UInt16(65535).bigEndianBytes
        segment += [0, 0, 0, 0]
        return sealed(segment + options.payload, checksumAt: 16, key)
    }

    /// RFC 768: ports, length, checksum; a sum of 0 is sent as all ones.
    private static func udp(_ key: FlowKey, _ options: PacketOptions) -> [UInt8] {
        let length = UInt16(truncatingIfNeeded: 8 + options.payload.count)
        let segment = ports(key) + length.bigEndianBytes + [0, 0] + options.payload
        let checksum = InternetChecksum.ofTransport(segment, proto: .udp, from: key.source, to: key.destination)
        return replacing(segment, at: 6, with: checksum == 0 ? 0xffff : checksum)
    }

    /// RFC 3828: as UDP, with checksum coverage (0: all) in place of the length.
    private static func udpLite(_ key: FlowKey, _ options: PacketOptions) -> [UInt8] {
        let segment = ports(key) + [0, 0, 0, 0] + options.payload
        let checksum = InternetChecksum.ofTransport(segment, proto: .udplite, from: key.source, to: key.destination)
        return replacing(segment, at: 6, with: checksum == 0 ? 0xffff : checksum)
    }

    /// RFC 4340: a Request with extended sequence number and service code 0.
    private static func dccp(_ key: FlowKey, _ options: PacketOptions) -> [UInt8] {
        let headerWords: UInt8 = 5
        let extendedRequest: UInt8 = 1
        var segment = ports(key)
        segment += [headerWords, 0, 0, 0, extendedRequest, 0]
        segment += [0, 0, 0, 0, 0, 1]
        segment += [0, 0, 0, 0]
        return sealed(segment + options.payload, checksumAt: 6, key)
    }

    /// RFC 9260: ports, verification tag, CRC32c stored with its low byte first, chunks. The chunks fill the packet
    /// exactly, as connection tracking wants it; there is no payload outside of them.
    private static func sctp(_ key: FlowKey, _ options: PacketOptions) -> [UInt8] {
        var segment = ports(key)
        segment += options.sctpVerificationTag.bigEndianBytes
        segment += [0, 0, 0, 0]
        segment += options.sctpChunks.flatMap(\.bytes)
        segment.replaceSubrange(8..<12, with: CRC32C.of(segment).byteSwapped.bigEndianBytes)
        return segment
    }

    /// RFC 792 and RFC 4443: type, code, checksum, then identifier and sequence or four zero bytes and the quote. Only
    /// ICMPv6 sums the pseudo header.
    private static func icmp(_ key: FlowKey, _ options: PacketOptions) -> [UInt8] {
        var segment: [UInt8] = [key.icmpType, key.icmpCode, 0, 0]
        if options.icmpQuote.isEmpty {
            segment += options.icmpIdentifier.bigEndianBytes
            segment += options.icmpSequence.bigEndianBytes
            segment += options.payload
        } else {
            segment += [0, 0, 0, 0]
            segment += options.icmpQuote
        }
        return key.family == .v4
            ? replacing(segment, at: 2, with: InternetChecksum.of(segment)) : sealed(segment, checksumAt: 2, key)
    }
}
