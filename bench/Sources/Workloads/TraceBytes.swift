public import NetTypes
public import PacketDecoding

/// A classic pcap file in memory, split into records once, so that decoding alone is measured.
public struct TraceBytes: Sendable {
    private let bytes: [UInt8]
    private var records: [(offset: Int, captured: Int, original: Int)] = []

    /// `bytes` as `TrafficStream` makes them: little endian.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var offset = 24
        while offset + 16 <= bytes.count {
            let captured = TraceBytes.little32(bytes, offset + 8)
            records.append((offset + 16, captured, TraceBytes.little32(bytes, offset + 12)))
            offset += 16 + captured
        }
    }

    public var count: Int { records.count }

    /// Decodes every frame; returns the sum of the destination ports.
    public func decodeAll(_ decoder: FrameDecoder) -> Int {
        var sum = 0
        for record in records {
            let frame = bytes.span.extracting(record.offset..<record.offset + record.captured)
            guard let packet = try? decoder.decode(frame, originalLength: record.original) else { continue }
            sum &+= Int(packet.transport.destinationPort)
        }
        return sum
    }

    /// The five-tuple of each packet that has ports.
    public func keys(_ decoder: FrameDecoder) -> [FlowKey] {
        records.compactMap { record in
            let frame = bytes.span.extracting(record.offset..<record.offset + record.captured)
            guard let packet = try? decoder.decode(frame, originalLength: record.original) else { return nil }
            return TraceKeys.key(packet)
        }
    }

    private static func little32(_ bytes: [UInt8], _ offset: Int) -> Int {
        (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << ($1 * 8) }
    }
}
