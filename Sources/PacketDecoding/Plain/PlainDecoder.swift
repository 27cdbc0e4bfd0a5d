import CVector
public import NetTypes

/// Decodes the frames that nearly all frames are, in one go and into registers: Ethernet (one VLAN tag at most) or raw
/// IP, IPv4 without options and fragments, TCP or UDP with nothing wrong and nothing cut that anybody asks for.
///
/// For those it says what `FrameDecoder` and `DecodedPacket.tracking(in:)` say; for all others nothing.
public struct PlainDecoder: Sendable {
    private let isEthernet: Bool
    private let hash: PlainHash
    /// Whether frames are decoded by groups with wide instructions.
    private let isWide: Bool

    /// `nil` for link layers whose frames are never plain.
    ///
    /// - Parameters:
    ///   - hash: of the connections that packets belong to.
    ///   - isWide: by wide instructions, if this CPU has them.
    public init?(_ linkLayer: LinkLayer, _ hash: PlainHash, isWide: Bool = true) {
        switch linkLayer {
        case .ethernet: isEthernet = true
        case .raw, .ipv4: isEthernet = false
        default: return nil
        }
        self.hash = hash
        self.isWide = isWide && dp_has_avx512() != 0
    }

    /// Frames of a group.
    public static let group = 16

    /// Decodes a group of frames into `packets[place ..< place + group]`.
    ///
    /// - Parameters:
    ///   - frames: descriptors as `dp_frame` of CVector lays them out, of which the group starts at number `first`.
    ///     Their offsets count in `bytes`.
    /// - Returns: one bit for each that is plain, the first lowest. The other packets mean nothing.
    public func decodeGroup(
        _ bytes: RawSpan, _ frames: RawSpan, first: Int, into packets: FlatArray<PlainPacket>, at place: Int
    ) -> UInt32 {
        let stride = MemoryLayout<dp_frame>.stride
        precondition(
            first >= 0 && (first + Self.group) * stride <= frames.byteCount && place >= 0
                && place + Self.group <= packets.count, "a group outside of its block")
        return isWide
            ? decodeWide(bytes, frames, first, packets, place) : decodeSingly(bytes, frames, first, packets, place)
    }

    private func decodeWide(
        _ bytes: RawSpan, _ frames: RawSpan, _ first: Int, _ packets: FlatArray<PlainPacket>, _ place: Int
    ) -> UInt32 {
        var keys = dp_plain_keys(
            keys: hash.keys, shard_mask: UInt32(hash.shardCount - 1), link_length: isEthernet ? 14 : 0)
        var plain = unsafe bytes.withUnsafeBytes { bytes in
            unsafe frames.withUnsafeBytes { frames in
                guard let start = bytes.baseAddress, let block = frames.baseAddress else {
                    return UInt32(0)
                }
                return unsafe dp_plain_decode16_avx512(
                    start.assumingMemoryBound(to: UInt8.self), bytes.count,
                    block.assumingMemoryBound(to: dp_frame.self) + first, &keys,
                    UnsafeMutableRawPointer(packets.pointer + place).assumingMemoryBound(to: dp_plain.self))
            }
        }
        // Frames with a tag, and those that are not plain.
        if plain != 0xffff { decodeSingly(bytes, frames, first, packets, place, &plain) }
        return plain
    }

    private func decodeSingly(
        _ bytes: RawSpan, _ frames: RawSpan, _ first: Int, _ packets: FlatArray<PlainPacket>, _ place: Int
    ) -> UInt32 {
        var plain: UInt32 = 0
        decodeSingly(bytes, frames, first, packets, place, &plain)
        return plain
    }

    /// Those of a group that are not decoded yet.
    private func decodeSingly(
        _ bytes: RawSpan, _ frames: RawSpan, _ first: Int, _ packets: FlatArray<PlainPacket>, _ place: Int,
        _ plain: inout UInt32
    ) {
        for lane in 0..<Self.group where plain >> UInt32(lane) & 1 == 0 {
            if let packet = decode(bytes, frames, at: first + lane) {
                packets[place + lane] = packet
                plain |= 1 << UInt32(lane)
            }
        }
    }

    /// A frame by its number among the descriptors; `nil`: not plain.
    public func decode(_ bytes: RawSpan, _ frames: RawSpan, at index: Int) -> PlainPacket? {
        let frame = unsafe frames.unsafeLoad(
            fromByteOffset: index * MemoryLayout<dp_frame>.stride, as: dp_frame.self)
        return decode(
            bytes, at: Int(frame.offset), captured: Int(frame.captured), original: Int(frame.original),
            time: frame.time, frame: Int(frame.number))
    }

    /// A frame that starts at `offset` of `bytes`; `nil`: not plain.
    ///
    /// The unsafe loads read below `offset + 34 + 20`, and `captured` bytes from `offset` on are checked to be there.
    @inline(__always)
    public func decode(
        _ bytes: RawSpan, at offset: Int, captured: Int, original: Int, time: Int64, frame: Int
    ) -> PlainPacket? {
        precondition(
            offset >= 0 && captured >= 0 && offset <= bytes.byteCount - captured, "a frame outside of its bytes")
        var start = offset
        if isEthernet {
            guard captured >= 14 + 28 else { return nil }
            var type = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset + 12, as: UInt16.self)
            start += 14
            if type == 0x0081 {
                type = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset + 16, as: UInt16.self)
                start += 4
            }
            guard type == 0x0008 else { return nil }
        }
        let present = offset + captured - start
        guard present >= 28 else { return nil }
        let first = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self).byteSwapped
        let second = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start + 8, as: UInt64.self).byteSwapped
        let destination = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start + 16, as: UInt32.self)
        let ports = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start + 20, as: UInt32.self).byteSwapped
        // Version 4, header of 20 bytes, and neither "more fragments" nor an offset.
        guard first >> 56 == 0x45, first & 0x3fff == 0 else { return nil }
        let total = Int(first >> 32 & 0xffff)
        guard total <= offset + max(captured, original) - start else { return nil }
        let kind: PlainPacket.Kind
        switch UInt8(truncatingIfNeeded: second >> 48) {
        case 6:
            guard present >= 34, total >= 40 else { return nil }
            let field = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start + 32, as: UInt16.self)
                .byteSwapped
            let length = Int(field >> 12) * 4
            guard length >= 20, length <= total - 20, let segment = PlainDecoder.segment(field) else { return nil }
            kind = segment
        case 17:
            let length = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start + 24, as: UInt16.self)
                .byteSwapped
            guard length >= 8, Int(length) <= total - 20 else { return nil }
            kind = .datagram
        default: return nil
        }
        return PlainPacket(
            time: time, frame: frame, source: UInt32(truncatingIfNeeded: second),
            destination: destination.byteSwapped, sourcePort: UInt16(truncatingIfNeeded: ports >> 16),
            destinationPort: UInt16(truncatingIfNeeded: ports), kind: kind, hash: hash)
    }

    /// By the flags that connection tracking takes for possible (`TCPFlags.isPossible`), in its order.
    @inline(__always) private static func segment(_ flags: UInt16) -> PlainPacket.Kind? {
        switch flags & 0x37 {
        case 0x10, 0x30: .ack
        case 0x02, 0x22: .syn
        case 0x12: .synAck
        case 0x11, 0x31: .fin
        case 0x04, 0x14: .rst
        default: nil
        }
    }
}
