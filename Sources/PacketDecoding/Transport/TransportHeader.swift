public import NetTypes

/// What follows the IP header, as far as policy and the packet table need it. `DecodedPacket.tracking(in:)` reads the
/// rest that connection tracking wants.
public struct TransportHeader: Hashable, Sendable {
    /// Offset in the frame.
    public var offset: Int
    /// Bytes from `offset` to the end of the IP packet on the wire; 0 when the headers fill or exceed the packet.
    public var length: Int
    /// Of these, bytes in the capture.
    public var capturedLength: Int
    /// What a rule can read. `.unreadable` as well when the capture lacks the bytes: see `isCut`.
    public var view: TransportView = .unreadable
    /// Host arithmetic; 0 unless `view == .ports`.
    public var sourcePort: UInt16 = 0
    public var destinationPort: UInt16 = 0
    /// 0 unless `view == .icmp`.
    public var icmpType: UInt8 = 0
    public var icmpCode: UInt8 = 0
    /// TCP only, and only when the fourteenth byte is captured.
    public var tcpFlags: TCPFlags?
    /// The packet has a transport header to read, but the snapshot length cut it off: the bytes could decide.
    public var isCut = false

    /// - Parameters:
    ///   - packetEnd: where the IP packet ends on the wire.
    ///   - capturedEnd: where the captured bytes end, which may be before or behind that.
    init(in bytes: Span<UInt8>, at offset: Int, packetEnd: Int, capturedEnd: Int, network: NetworkHeader) {
        self.offset = offset
        length = max(0, packetEnd - offset)
        capturedLength = max(0, min(packetEnd, capturedEnd) - offset)
        guard network.extensions == .complete else {
            isCut = network.extensions == .cut
            return
        }
        guard network.fragment.position != .later else { return }
        guard capturedLength >= 4 else {
            isCut = length >= 4
            return
        }
        switch network.proto {
        case let proto where proto.hasPorts:
            view = .ports
            sourcePort = bytes.uint16(at: offset)
            destinationPort = bytes.uint16(at: offset + 2)
            if proto == .tcp, capturedLength >= 14 {
                tcpFlags = TCPFlags(rawValue: bytes.uint16(at: offset + 12) & 0x0fff)
            }
        case .icmp(of: network.family):
            view = .icmp
            icmpType = bytes[offset]
            icmpCode = bytes[offset + 1]
        default:
            view = .opaque
        }
    }
}
