public import NetTypes

/// Decodes the frames that nearly all frames are, in one go and into registers: Ethernet (one VLAN tag at most) or raw
/// IP, IPv4 without options and fragments, TCP or UDP with nothing wrong and nothing cut that anybody asks for.
///
/// For those it says what `FrameDecoder` and `DecodedPacket.tracking(in:)` say; for all others nothing.
@frozen public struct PlainDecoder: Sendable {
    @usableFromInline let isEthernet: Bool

    /// `nil` for link layers whose frames are never plain.
    public init?(_ linkLayer: LinkLayer) {
        switch linkLayer {
        case .ethernet: isEthernet = true
        case .raw, .ipv4: isEthernet = false
        default: return nil
        }
    }

    /// A frame that starts at `offset` of `bytes`; `nil`: not plain.
    ///
    /// The unsafe loads read below `offset + 34 + 20`, and `captured` bytes from `offset` on are checked to be there.
    @inlinable @inline(__always)
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
            destinationPort: UInt16(truncatingIfNeeded: ports), kind: kind)
    }

    /// By the flags that connection tracking takes for possible (`TCPFlags.isPossible`), in its order.
    @inlinable @inline(__always) static func segment(_ flags: UInt16) -> PlainPacket.Kind? {
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
