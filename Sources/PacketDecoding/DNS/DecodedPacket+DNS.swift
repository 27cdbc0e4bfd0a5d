import NetTypes

extension DecodedPacket {
    private static let domainPort: UInt16 = 53

    /// The DNS responses that the packet carries from port 53 over UDP, or over TCP in one segment: a message that
    /// spans segments is not put together. Empty for all else.
    ///
    /// - Parameter bytes: those that the packet was decoded from.
    public func domainResponses(in bytes: Span<UInt8>) -> [DNSResponse] {
        guard transport.view == .ports, transport.sourcePort == DecodedPacket.domainPort else { return [] }
        let start = transport.offset
        let end = min(start + transport.capturedLength, bytes.count)
        switch network.proto {
        case .udp:
            guard end - start > 8 else { return [] }
            // The UDP length field may leave bytes behind the datagram.
            let length = min(end - start, max(8, Int(bytes.uint16(at: start + 4))))
            return DNSResponse((start + 8..<start + length).map { bytes[$0] }).map { [$0] } ?? []
        case .tcp:
            guard end - start >= 20 else { return [] }
            return DecodedPacket.framed(in: bytes, start + Int(bytes[start + 12] >> 4) * 4, end)
        default: return []
        }
    }

    /// Messages behind their lengths (RFC 1035 4.2.2), up to the first that does not end in the segment.
    private static func framed(in bytes: Span<UInt8>, _ start: Int, _ end: Int) -> [DNSResponse] {
        var responses: [DNSResponse] = []
        var place = start
        while place + 2 <= end {
            let length = Int(bytes.uint16(at: place))
            guard length > 0, place + 2 + length <= end else { break }
            if let response = DNSResponse((place + 2..<place + 2 + length).map { bytes[$0] }) {
                responses.append(response)
            }
            place += 2 + length
        }
        return responses
    }

    /// Bytes of the packet are missing in the capture.
    public var isCutInPayload: Bool { transport.capturedLength < transport.length }
}
