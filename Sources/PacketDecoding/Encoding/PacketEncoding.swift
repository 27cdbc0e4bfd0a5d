public import NetTypes

/// Why a packet cannot be built.
public enum PacketEncodingError: Error, Hashable, Sendable {
    /// Source and destination are of different IP versions.
    case familiesDiffer
    /// No packet of this protocol has this transport view: ports with GRE, say, or a TCP header without ports.
    case impossibleTransport
    /// In IPv6 this number is an extension header, never the protocol behind them.
    case extensionHeaderAsProtocol
    /// Extension headers belong to IPv6.
    case extensionsInIPv4
    /// More than 65,535 bytes.
    case tooLong
    /// A packet can't be split into that many fragments: each but the last takes a multiple of 8 bytes.
    case cannotSplit
    /// The bytes to split or quote are no IP packet.
    case notAPacket
}

/// Builds raw IP packets, checksums included: what a TUN device or a raw socket takes, and what
/// `FrameDecoder(.raw)` reads back as the same flow key.
public enum PacketEncoding {
    /// The packet of `key`. An `.unreadable` transport becomes a packet that ends behind its IP headers (or carries
    /// `options.payload` when that has fewer than four bytes).
    public static func packet(
        _ key: FlowKey, _ options: PacketOptions = PacketOptions()
    ) throws(PacketEncodingError) -> [UInt8] {
        guard key.source.family == key.destination.family else { throw .familiesDiffer }
        let segment = try TransportEncoding.segment(key, options)
        switch key.family {
        case .v4: return try ipv4(key, segment, options)
        case .v6: return try ipv6(key, segment, options)
        }
    }

    private static func ipv4(
        _ key: FlowKey, _ segment: [UInt8], _ options: PacketOptions
    ) throws(PacketEncodingError) -> [UInt8] {
        guard options.extensionHeaders.isEmpty else { throw .extensionsInIPv4 }
        guard let length = UInt16(exactly: 20 + segment.count) else { throw .tooLong }
        var header: [UInt8] = [0x45, options.trafficClass]
        header += length.bigEndianBytes
        header += options.identification.bigEndianBytes
        header += UInt16(options.dontFragment ? 0x4000 : 0).bigEndianBytes
        header += [options.timeToLive, key.proto.rawValue, 0, 0]
        header += key.source.bytes + key.destination.bytes
        header.replaceSubrange(10..<12, with: InternetChecksum.of(header).bigEndianBytes)
        return header + segment
    }

    private static func ipv6(
        _ key: FlowKey, _ segment: [UInt8], _ options: PacketOptions
    ) throws(PacketEncodingError) -> [UInt8] {
        switch key.proto.rawValue {
        case IPv6Layout.hopByHop, IPv6Layout.routing, IPv6Layout.fragment, IPv6Layout.authentication,
            IPv6Layout.destinationOptions:
            throw .extensionHeaderAsProtocol
        default: break
        }
        let types = options.extensionHeaders.map(\.type) + [key.proto.rawValue]
        let extensions = zip(options.extensionHeaders, types.dropFirst()).flatMap { $0.bytes(nextHeader: $1) }
        guard let length = UInt16(exactly: extensions.count + segment.count) else { throw .tooLong }
        var header = (UInt32(6) << 28 | UInt32(options.trafficClass) << 20).bigEndianBytes
        header += length.bigEndianBytes
        header += [types[0], options.timeToLive]
        header += key.source.bytes + key.destination.bytes
        return header + extensions + segment
    }
}
